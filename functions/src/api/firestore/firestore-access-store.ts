import type { Firestore } from "@google-cloud/firestore";
import { isDocumentId, type Membership, membershipDocument } from "@meeting-bot/core";
import type { AccessStore, ApiKey } from "../authentication/access-store.ts";
import { FirestoreApiKeys } from "./firestore-api-keys.ts";

/** API keys and memberships in a Firestore database. */
export class FirestoreAccessStore implements AccessStore {
  readonly #firestore: Firestore;
  readonly #keys: FirestoreApiKeys;
  /** `MEMBERSHIP_PATH` */
  readonly #membershipPath: string;

  constructor(firestore: Firestore, membershipPath: string) {
    this.#firestore = firestore;
    this.#keys = new FirestoreApiKeys(firestore);
    this.#membershipPath = membershipPath;
  }

  findApiKey(id: string): Promise<ApiKey | undefined> {
    return this.#keys.find(id);
  }

  async isMember(membership: Membership): Promise<boolean> {
    if (!Object.values(membership).every(isDocumentId)) return false;
    const path = membershipDocument(this.#membershipPath, membership);
    return (await this.#firestore.doc(path).get()).exists;
  }
}
