import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { type LoopbackServer, startLoopback } from "./loopback-server.ts";

/** What AssumeRoleWithWebIdentity was asked for. */
export type StsCall = Readonly<Record<string, string>>;

/** An STS that speaks AWS's query protocol and hands out numbered credentials. */
export class LocalSts {
  readonly calls: StsCall[] = [];
  /** How long what it hands out is good for. */
  lifetimeSeconds = 3600;
  /** The code and HTTP status to refuse with. */
  refusal: { code: string; status: number } | undefined;
  #server: LoopbackServer | undefined;

  static async start(): Promise<LocalSts> {
    const sts = new LocalSts();
    sts.#server = await startLoopback((request, response) => void sts.#serve(request, response));
    return sts;
  }

  get address(): string {
    return this.#server?.address ?? "";
  }

  async stop(): Promise<void> {
    await this.#server?.stop();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.calls.push(Object.fromEntries(new URLSearchParams(await text(request))));
    const { refusal } = this;
    response.writeHead(refusal?.status ?? 200, { "content-type": "text/xml" });
    response.end(refusal ? errorXml(refusal.code) : this.#credentialsXml());
  }

  #credentialsXml(): string {
    const count = this.calls.length;
    const expiration = new Date(Date.now() + this.lifetimeSeconds * 1000).toISOString();
    return `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
      <AssumeRoleWithWebIdentityResult>
        <Credentials>
          <AccessKeyId>ASIA${count}</AccessKeyId>
          <SecretAccessKey>secret-${count}</SecretAccessKey>
          <SessionToken>session-${count}</SessionToken>
          <Expiration>${expiration}</Expiration>
        </Credentials>
        <AssumedRoleUser>
          <Arn>arn:aws:sts::123456789012:assumed-role/launcher/session</Arn>
          <AssumedRoleId>AROA:session</AssumedRoleId>
        </AssumedRoleUser>
      </AssumeRoleWithWebIdentityResult>
      <ResponseMetadata><RequestId>1</RequestId></ResponseMetadata>
    </AssumeRoleWithWebIdentityResponse>`;
  }
}

function errorXml(code: string): string {
  return `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
    <Error><Type>Sender</Type><Code>${code}</Code><Message>Its words.</Message></Error>
    <RequestId>1</RequestId>
  </ErrorResponse>`;
}
