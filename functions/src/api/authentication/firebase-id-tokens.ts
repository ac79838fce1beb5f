import type { App } from "firebase-admin/app";
import { FirebaseAuthError, getAuth } from "firebase-admin/auth";
import type { IdToken } from "./id-token.ts";

/** What the SDK says of a token that has become bad. */
const TURNED_BAD: ReadonlySet<string> = new Set([
  "auth/id-token-expired",
  "auth/id-token-revoked",
  "auth/user-disabled",
  "auth/user-not-found",
]);

/** Of what is no good token, and, without these words, of not having been able to look. */
const ARGUMENT_ERROR = "auth/argument-error";
const ABOUT_THE_TOKEN = "Firebase ID token";

/**
 * Verifies a Firebase ID token by its signature, project and expiry; undefined for one that is not
 * good. Throws when Google's keys cannot be had. With an Auth emulator the SDK takes unsigned tokens.
 */
export async function verifyFirebaseIdToken(app: App, token: string): Promise<IdToken | undefined> {
  try {
    const { uid: userId, ...claims } = await getAuth(app).verifyIdToken(token);
    return { userId, claims };
  } catch (error) {
    if (error instanceof FirebaseAuthError && isRefusal(error)) return undefined;
    throw error;
  }
}

function isRefusal({ code, message }: FirebaseAuthError): boolean {
  return TURNED_BAD.has(code) || (code === ARGUMENT_ERROR && message.includes(ABOUT_THE_TOKEN));
}
