import { HOUR, type Instant } from "@meeting-bot/core";
import type { ApiKey } from "../../functions/src/api/authentication/access-store.ts";
import {
  formatApiKey,
  hashSecret,
  mintApiKey,
} from "../../functions/src/api/authentication/api-key.ts";
import type { FirestoreApiKeys } from "../../functions/src/api/firestore/firestore-api-keys.ts";

/** What the commands need. */
export interface KeyServices {
  keys: Pick<FirestoreApiKeys, "find" | "list" | "create" | "end">;
  random(bytes: number): Buffer;
  now(): Instant;
  /** Who is at the command line. */
  operator: string;
}

/** A command cannot do what it is asked for; `message` says why. */
export class CommandError extends Error {
  override readonly name = "CommandError";
}

/** Makes a key for an organisation; tells it, once. */
export async function createKey(
  services: KeyServices,
  asked: Pick<ApiKey, "organizationId" | "name">,
): Promise<string> {
  const { keys, random, now, operator: createdBy } = services;
  const { id, secret } = mintApiKey(random);
  const { organizationId, name } = asked;
  const secretHash = hashSecret(secret);
  await keys.create({ id, organizationId, name, secretHash, createdAt: now(), createdBy });
  return `${formatApiKey({ id, secret })}\n`;
}

/** Tells an organisation's keys, one on a line, without their secrets. */
export async function listKeys(
  { keys, now }: KeyServices,
  organizationId: string,
): Promise<string> {
  const at = now();
  const lines = (await keys.list(organizationId)).map((key) => {
    const created = new Date(key.createdAt).toISOString();
    return [key.id, stateOf(key, at), created, key.name].join("\t");
  });
  return lines.map((line) => `${line}\n`).join("");
}

/** Makes a key like another one, which is good for so long still; tells the new one, once. */
export async function rotateKey(
  services: KeyServices,
  id: string,
  overlapHours: number,
): Promise<string> {
  const { keys, now } = services;
  const key = await find(services, id);
  const at = now();
  if (stateOf(key, at) === "revoked" || (key.expiresAt ?? at) < at) {
    throw new CommandError(`The key ${id} is not good any more: create a new one.`);
  }
  const created = await createKey(services, key);
  const until = at + overlapHours * HOUR;
  await keys.end(id, { expiresAt: Math.min(until, key.expiresAt ?? until) });
  return created;
}

/** Has a key be good no more; one that was revoked before stays so. */
export async function revokeKey(services: KeyServices, id: string): Promise<string> {
  const key = await find(services, id);
  if (key.revokedAt === undefined) await services.keys.end(id, { revokedAt: services.now() });
  return `The key ${id} is revoked.\n`;
}

async function find({ keys }: KeyServices, id: string): Promise<ApiKey> {
  const key = await keys.find(id);
  if (key) return key;
  throw new CommandError(`There is no key ${id}: list shows those that there are.`);
}

function stateOf({ revokedAt, expiresAt }: ApiKey, now: Instant): string {
  if (revokedAt !== undefined) return "revoked";
  if (expiresAt === undefined) return "good";
  const time = new Date(expiresAt).toISOString();
  return expiresAt <= now ? `expired ${time}` : `good until ${time}`;
}
