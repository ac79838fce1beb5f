import type { RecordingStore } from "@meeting-bot/core";

/** What keeps recordings here. */
export interface Store {
  /** As in `STORAGE_URL`. */
  location: string;
  /** Where a user sees what is in it. */
  url: string;
  /** The variables that a deployment would set. */
  functionsEnv: Readonly<Record<string, string>>;
  /** What only the containers get: the way to a stand-in, and keys. */
  platformEnv: Readonly<Record<string, string>>;
  /** What only the functions get: the same, and what they sign URLs with. */
  functionsSecrets: Readonly<Record<string, string>>;
  /** For reading what has been stored. */
  recordings: RecordingStore;
  /** Ends its process; what was stored in it goes. */
  stop(): Promise<void>;
}

/** How to start a store; without a port, one that is free. */
export interface StoreOptions {
  env: NodeJS.ProcessEnv;
  logDir: string;
  port: number | undefined;
}

/** The bucket's name, where there are buckets. */
export const BUCKET = "demo-recordings";
