import { ConfigurationError, type RecordingStore } from "@meeting-bot/core";
import type { GcsSettings } from "./gcs-recording-store.ts";

/** What the adapters may be told besides the bucket. */
export type StorageSettings = Omit<GcsSettings, "bucket">;

type Builder = (bucket: string, settings: StorageSettings) => Promise<RecordingStore>;

/** An adapter's SDK is loaded only when its scheme is used. */
const BUILDERS: Readonly<Record<string, Builder>> = {
  gs: async (bucket, settings) => {
    const { GcsRecordingStore } = await import("./gcs-recording-store.ts");
    return new GcsRecordingStore({ ...settings, bucket });
  },
};

/** Opens the store at `scheme://bucket`; anything else throws `ConfigurationError`. Makes no request. */
export async function openRecordingStore(
  location: string,
  settings: StorageSettings = {},
): Promise<RecordingStore> {
  const [, scheme, bucket] = /^([a-z0-9]+):\/\/([^/]+)\/?$/.exec(location) ?? [];
  const build =
    scheme !== undefined && Object.hasOwn(BUILDERS, scheme) ? BUILDERS[scheme] : undefined;
  if (!build || bucket === undefined) {
    const known = Object.keys(BUILDERS).map((name) => `${name}://bucket`);
    throw new ConfigurationError(
      `Recordings cannot be kept at "${location}": use ${known.join(" or ")}.`,
    );
  }
  return build(bucket, settings);
}
