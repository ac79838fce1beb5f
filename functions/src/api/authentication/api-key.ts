import { createHash, timingSafeEqual } from "node:crypto";
import type { Instant } from "@meeting-bot/core";
import type { ApiKey } from "./access-store.ts";

/** The two parts of a key as a caller shows it: `mbk_<id>_<secret>`. */
export interface ShownKey {
  id: string;
  secret: string;
}

const ID_CHARACTERS = "abcdefghijklmnopqrstuvwxyz0123456789";
const ID_LENGTH = 16;
/** Of the secret, before it is text. */
const SECRET_BYTES = 32;
const FORM = /^mbk_([a-z0-9]{16})_([A-Za-z0-9_-]{43})$/;

/** Whether a bearer token means to be a key. */
export function isApiKey(token: string): boolean {
  return token.startsWith("mbk_");
}

/** Takes a key apart; undefined for what has not its form. */
export function parseApiKey(token: string): ShownKey | undefined {
  const [, id, secret] = FORM.exec(token) ?? [];
  return id === undefined || secret === undefined ? undefined : { id, secret };
}

/** Writes a key as its holder gets it. */
export function formatApiKey({ id, secret }: ShownKey): string {
  return `mbk_${id}_${secret}`;
}

/** Makes a key of random bytes that `random` gives. */
export function mintApiKey(random: (bytes: number) => Buffer): ShownKey {
  const secret = random(SECRET_BYTES).toString("base64url");
  // 36 characters do not divide 256: the bias of an id, which is no secret, does no harm.
  const id = [...random(ID_LENGTH)].map((byte) => ID_CHARACTERS[byte % ID_CHARACTERS.length]);
  return { id: id.join(""), secret };
}

/** What is kept of a secret. It is random and long: a slow hash would protect it no better. */
export function hashSecret(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

/** Whether the secret that was shown is a key's, and the key is good at `now`. */
export function accepts(key: ApiKey, secret: string, now: Instant): boolean {
  const shown = Buffer.from(hashSecret(secret));
  const kept = Buffer.from(key.secretHash);
  const isSecret = shown.length === kept.length && timingSafeEqual(shown, kept);
  return (
    isSecret && key.revokedAt === undefined && now < (key.expiresAt ?? Number.POSITIVE_INFINITY)
  );
}
