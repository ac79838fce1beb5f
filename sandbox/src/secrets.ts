import { randomBytes } from "node:crypto";

/** What Secret Manager would hold of the functions' secrets, by their names. */
export type Secrets = Readonly<
  Record<"WEBHOOK_SECRETS" | "NOTIFY_WEBHOOK_SECRET" | "S3_KEYS", string>
>;

const SECRET_BYTES = 32;

/**
 * Makes secrets that nobody knows, each the current one and the one that it is about to replace. There
 * are no keys of S3: a store that has some brings them.
 */
export function newSecrets(): Secrets {
  const random = () => randomBytes(SECRET_BYTES).toString("base64url");
  const pair = () => `${random()} ${random()}`;
  return { WEBHOOK_SECRETS: pair(), NOTIFY_WEBHOOK_SECRET: pair(), S3_KEYS: "none" };
}
