import { DAY, type Instant, type Output, type RecordingStore, SECOND } from "@meeting-bot/core";
import { nameIn } from "./artifact-place.ts";

/** A URL by which anybody who has it can read an artifact until it expires. */
export interface ArtifactLink {
  url: string;
  urlExpiresAt: Instant;
}

/** Links by the URIs of what they lead to. */
export type ArtifactLinks = ReadonlyMap<string, ArtifactLink>;

/** What signing URLs needs. */
export interface LinkServices {
  recordings(): Promise<Pick<RecordingStore, "signedUrl">>;
  /** Where the recordings are kept now, as a URL. */
  recordingsAt: string;
  now(): Instant;
}

/** Long enough for a receiver that works through a queue; each attempt's message has new ones. */
const LINK_LIFE_MS = DAY;

/** Signs a URL for each artifact that is where recordings are kept now, good for `lifeMs`. Throws `StorageError`. */
export async function linkArtifacts(
  services: LinkServices,
  artifacts: readonly Pick<Output, "uri">[],
  lifeMs = LINK_LIFE_MS,
): Promise<ArtifactLinks> {
  const store = await services.recordings();
  const urlExpiresAt = services.now() + lifeMs;
  const links = artifacts.map(async ({ uri }) => {
    const name = nameIn(services.recordingsAt, uri);
    if (name === undefined) return [];
    const url = await store.signedUrl(name, { expiresSeconds: lifeMs / SECOND });
    return [[uri, { url, urlExpiresAt }] as const];
  });
  return new Map((await Promise.all(links)).flat());
}
