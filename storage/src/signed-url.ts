import { MAX_SIGNED_URL_SECONDS, StorageError } from "@meeting-bot/core";

/** Refuses a life that no store can give a URL; throws `StorageError`. */
export function checkExpiry(expiresSeconds: number): void {
  const fits = expiresSeconds >= 1 && expiresSeconds <= MAX_SIGNED_URL_SECONDS;
  if (fits && Number.isInteger(expiresSeconds)) return;
  throw new StorageError(
    "refused",
    `A signed URL lasts a whole number of seconds from 1 to ${MAX_SIGNED_URL_SECONDS}, not ${expiresSeconds}.`,
  );
}
