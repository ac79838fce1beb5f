import { type Instant, MINUTE } from "@meeting-bot/core";
import { askContainerEndpoint, containerUrl } from "./container-endpoint.ts";
import type { CredentialSource } from "./platform.ts";

/** Credentials of a task's role, in the names that Google's library wants. */
export interface AwsCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  /** The session token. */
  token: string;
}

interface Held {
  credentials: AwsCredentials;
  expiresAt: Instant;
}

/** How long before they end they are replaced; ECS has new ones by then. */
const MARGIN_MS = 5 * MINUTE;

/** Gives out the AWS credentials of the ECS task that this process runs in, and keeps them while they hold. */
export class ContainerCredentials {
  readonly #url: URL;
  readonly #authorization: string | undefined;
  readonly #region: string;
  readonly #now: () => Instant;
  #held: Held | undefined;

  /** Throws when the endpoint is none that may be asked, or cannot be shown what it wants to see. */
  constructor(source: CredentialSource, region: string, now: () => Instant = Date.now) {
    this.#url = containerUrl(source.uri);
    this.#authorization = source.authorization;
    this.#region = region;
    this.#now = now;
    // Later it would be told with the error, value and all.
    if (/[^\x20-\x7e]/.test(this.#authorization ?? "")) {
      throw new Error("AWS_CONTAINER_AUTHORIZATION_TOKEN holds what no header can carry.");
    }
  }

  /** The region whose STS says who signed a request. */
  async getAwsRegion(): Promise<string> {
    return this.#region;
  }

  /** An endpoint that fails is no reason to stop while the credentials at hand still hold. */
  async getAwsSecurityCredentials(): Promise<AwsCredentials> {
    const held = this.#held;
    if (held && held.expiresAt - this.#now() > MARGIN_MS) return held.credentials;
    try {
      this.#held = readCredentials(await askContainerEndpoint(this.#url, this.#authorization));
      return this.#held.credentials;
    } catch (error) {
      if (held && held.expiresAt > this.#now()) return held.credentials;
      throw new Error("The task's AWS role gave no credentials.", { cause: error });
    }
  }
}

/** https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html */
interface Answer {
  AccessKeyId?: string;
  SecretAccessKey?: string;
  Token?: string;
  /** ISO 8601. */
  Expiration?: string;
}

function readCredentials(answer: unknown): Held {
  const {
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    Token: token,
    Expiration: expiration = "",
  } = (answer ?? {}) as Answer;
  const expiresAt = Date.parse(expiration);
  if (!accessKeyId || !secretAccessKey || !token || Number.isNaN(expiresAt)) {
    throw new Error("The answer holds no credentials.");
  }
  return { credentials: { accessKeyId, secretAccessKey, token }, expiresAt };
}
