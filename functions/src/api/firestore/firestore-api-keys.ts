import type { DocumentSnapshot, Firestore } from "@google-cloud/firestore";
import { fromFields, type Instant, toFields } from "@meeting-bot/core";
import type { ApiKey } from "../authentication/access-store.ts";

/** The keys of all organisations. */
export const API_KEYS = "bot_api_keys";

/** The API keys in a Firestore database. */
export class FirestoreApiKeys {
  readonly #firestore: Firestore;

  constructor(firestore: Firestore) {
    this.#firestore = firestore;
  }

  async find(id: string): Promise<ApiKey | undefined> {
    return read(await this.#ref(id).get());
  }

  /** An organisation's keys, the oldest first. */
  async list(organizationId: string): Promise<ApiKey[]> {
    const { docs } = await this.#firestore
      .collection(API_KEYS)
      .where("organization_id", "==", organizationId)
      .get();
    return docs.flatMap((doc) => read(doc) ?? []).sort((a, b) => a.createdAt - b.createdAt);
  }

  async create({ id, ...key }: ApiKey): Promise<void> {
    await this.#ref(id).create(toFields(key));
  }

  /** Has a key end at an instant, or revokes it from then on; throws when there is no such key. */
  async end(id: string, change: { expiresAt: Instant } | { revokedAt: Instant }): Promise<void> {
    await this.#ref(id).update(toFields(change));
  }

  #ref(id: string) {
    return this.#firestore.collection(API_KEYS).doc(id);
  }
}

/** A key is the operator's own document: one that is not whole is none. */
function read(snapshot: DocumentSnapshot): ApiKey | undefined {
  const fields = snapshot.data();
  const key = fields && ({ ...fromFields(fields), id: snapshot.id } as Partial<ApiKey>);
  const isWhole =
    typeof key?.organizationId === "string" &&
    typeof key.secretHash === "string" &&
    typeof key.name === "string" &&
    key.createdAt !== undefined;
  return isWhole ? (key as ApiKey) : undefined;
}
