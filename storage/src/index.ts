export { Digest } from "./crc32c.ts";
export { holds, ownerOf } from "./ownership.ts";
export { digestOf, fileSource } from "./recording-source.ts";
export { openRecordingStore, type StorageSettings } from "./registry.ts";
export { type RetryPolicy, retryDelayMs } from "./retry.ts";
