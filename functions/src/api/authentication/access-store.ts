import type { Instant, Membership } from "@meeting-bot/core";

/** A key by which a program acts for an organisation: the document `bot_api_keys/{id}`, without its secret. */
export interface ApiKey {
  id: string;
  organizationId: string;
  /** What its makers call it. */
  name: string;
  /** SHA-256 of the secret's text, in hexadecimal digits. */
  secretHash: string;
  createdAt: Instant;
  createdBy?: string;
  expiresAt?: Instant;
  revokedAt?: Instant;
}

/** Where it stands who may ask. */
export interface AccessStore {
  /** The key of this id, good or not. */
  findApiKey(id: string): Promise<ApiKey | undefined>;
  isMember(membership: Membership): Promise<boolean>;
}
