import { isDocumentId } from "@meeting-bot/core";
import type { Answer } from "../answer.ts";
import { problem } from "../problem.ts";
import type { ApiServices } from "../services.ts";
import { accepts, isApiKey, parseApiKey } from "./api-key.ts";
import type { Caller } from "./caller.ts";
import type { IdToken } from "./id-token.ts";

/** The caller, or the answer that refuses it. */
export type Authenticated = { ok: true; caller: Caller } | { ok: false; answer: Answer };

type Needed = Pick<ApiServices, "verifyIdToken" | "access" | "organizationClaim" | "now">;

/** Finds out who asks and for which organisation, by the headers `Authorization` and `X-Organization-Id`. */
export async function authenticate(
  authorization: string | undefined,
  asked: string | undefined,
  services: Needed,
): Promise<Authenticated> {
  const token = /^Bearer +([\x21-\x7e]+)$/i.exec(authorization ?? "")?.[1];
  if (token === undefined) return unknown("Send an ID token or an API key as a bearer token.");
  return isApiKey(token)
    ? authenticateKey(token, asked, services)
    : authenticateUser(token, asked, services);
}

async function authenticateKey(
  token: string,
  asked: string | undefined,
  { access, now }: Needed,
): Promise<Authenticated> {
  const shown = parseApiKey(token);
  const key = shown && (await access.findApiKey(shown.id));
  // Which of them it is would help nobody but a thief.
  if (!key || !accepts(key, shown.secret, now())) {
    return unknown("The API key is not known, has expired, or was revoked.");
  }
  const { id, organizationId } = key;
  if (asked !== undefined && asked !== organizationId) return notMember();
  return { ok: true, caller: { organizationId, name: `key:${id}` } };
}

async function authenticateUser(
  token: string,
  asked: string | undefined,
  services: Needed,
): Promise<Authenticated> {
  const verified = await services.verifyIdToken(token);
  if (!verified) return unknown("The ID token is not good, or has expired.");
  const organizationId = await organizationOf(verified, asked, services);
  if (organizationId === undefined) return notMember();
  const { userId } = verified;
  return { ok: true, caller: { organizationId, userId, name: `user:${userId}` } };
}

/** The one that the token names; another one that is asked for needs a membership. */
async function organizationOf(
  { userId, claims }: IdToken,
  asked: string | undefined,
  { access, organizationClaim }: Needed,
): Promise<string | undefined> {
  const claimed = claims[organizationClaim];
  const organizationId = asked ?? claimed;
  if (typeof organizationId !== "string" || !isDocumentId(organizationId)) return undefined;
  if (organizationId === claimed) return organizationId;
  const isMember = await access.isMember({ organizationId, userId });
  return isMember ? organizationId : undefined;
}

function unknown(detail: string): Authenticated {
  const headers = { "WWW-Authenticate": "Bearer" };
  return { ok: false, answer: problem("not-authenticated", detail, { headers }) };
}

function notMember(): Authenticated {
  const detail =
    "The token names no organisation, or the caller is no member of the one in X-Organization-Id.";
  return { ok: false, answer: problem("not-a-member", detail) };
}
