import { startFile } from "./file.ts";
import { startGs } from "./gs.ts";
import { startS3 } from "./s3.ts";
import type { Store, StoreOptions } from "./store.ts";

/** What stands in for each kind of storage, by the scheme of its URLs. */
export const STORES = {
  gs: startGs,
  s3: startS3,
  file: startFile,
} as const satisfies Record<string, (options: StoreOptions) => Promise<Store>>;

/** The schemes of storage URLs. */
export type StoreKind = keyof typeof STORES;
