import { ConfigurationError } from "@meeting-bot/core";
import { defineSecret } from "firebase-functions/params";

/** The master secrets that those of the webhooks' endpoints are derived from. */
export const webhookSecrets = defineSecret("WEBHOOK_SECRETS", {
  description:
    "One or two secrets of 32 characters or more, from which those of the webhooks are made.",
});

/** What a stand-alone meeting bot signs its `recording-complete` with. */
export const notifyWebhookSecret = defineSecret("NOTIFY_WEBHOOK_SECRET", {
  description: "One or two secrets that a stand-alone meeting bot signs its webhooks with.",
});

/** The keys of an S3-compatible server that knows no roles. */
export const s3Keys = defineSecret("S3_KEYS", {
  description: "The id and the secret of an S3 server's access key, or the word none.",
});

/** The one that is current and, while it replaces another, that one. */
const MOST_AT_ONCE = 2;

/**
 * Reads the value of the secret `name`: one or two secrets, separated by white space, the newest
 * first. Throws `ConfigurationError`, without a word of the value, when it holds none, more than two,
 * or one of fewer than `leastCharacters`.
 */
export function readSecretList(name: string, value: string, leastCharacters = 1): string[] {
  const secrets = value.split(/\s+/).filter((secret) => secret !== "");
  if (secrets.length < 1 || secrets.length > MOST_AT_ONCE) {
    throw new ConfigurationError(
      `The secret ${name} holds ${secrets.length} secrets, but must be one or two, separated by white space.`,
    );
  }
  if (secrets.some(({ length }) => length < leastCharacters)) {
    throw new ConfigurationError(
      `The secret ${name} must have at least ${leastCharacters} characters in each of its secrets.`,
    );
  }
  return secrets;
}

/** An access key of S3. */
export interface S3Keys {
  accessKeyId: string;
  secretAccessKey: string;
}

/**
 * Reads an access key: its id and its secret, separated by white space; undefined for `none`. Throws
 * `ConfigurationError`, without a word of the value, for anything else.
 */
export function readS3Keys(name: string, value: string): S3Keys | undefined {
  const [accessKeyId = "", secretAccessKey, ...more] = value.trim().split(/\s+/);
  if (accessKeyId === "none" && secretAccessKey === undefined) return undefined;
  if (secretAccessKey !== undefined && more.length === 0) return { accessKeyId, secretAccessKey };
  throw new ConfigurationError(
    `The secret ${name} must hold the id and the secret of an access key, separated by white space, or the word none.`,
  );
}
