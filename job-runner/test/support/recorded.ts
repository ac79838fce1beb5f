import { existsSync } from "node:fs";
import { link, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { DocumentReference } from "@google-cloud/firestore";
import { type Instant, partName } from "@meeting-bot/core";
import type { FakeObject } from "../../../sandbox/src/storage-fake/index.ts";
import { GcsRecordingStore } from "../../../storage/src/gcs-recording-store.ts";
import { memorySource } from "../../../storage/test/bytes.ts";
import { until } from "../../../test/eventually.ts";
import { toBotIdentity } from "../../src/bot/bot-identity.ts";
import { recordingPaths } from "../../src/bot/recording-files.ts";
import type { MediaInfo } from "../../src/media/media-info.ts";
import { probeMedia } from "../../src/media/probe.ts";
import { toMetadata } from "../../src/recording/part.ts";
import { npmBuild } from "../media/support/builds.ts";
import type { Run, World } from "./world.ts";

/** What an attempt has stored of a recording. */
export interface SavedBytes {
  token: string;
  attempt: number;
  bytes: Buffer;
  startedAt: Instant;
  untilAt: Instant;
}

/** Where the bot of a run records to. */
export function botFileOf({ ref, scratchDir }: Run): string {
  return join(scratchDir, recordingPaths(toBotIdentity(undefined, ref.id))[0] ?? "");
}

/** Gives the bot's recording, as soon as there is one, another name: its own goes when it is stored. */
export async function keepBotFile(run: Run): Promise<string> {
  const kept = join(run.scratchDir, "kept.webm");
  await until(() => existsSync(botFileOf(run)));
  await link(botFileOf(run), kept);
  return kept;
}

/** Where an instance that names no path, meeting or creator has its objects. */
export function folderOf({ id }: DocumentReference): string {
  return `recordings/unowned/${id}/${id}`;
}

/** The parts that are stored of a recording, by name. */
export function partsOf(world: World, ref: DocumentReference): FakeObject[] {
  return world.storage.objects().filter(({ name }) => name.startsWith(`${folderOf(ref)}/raw/`));
}

/** The outputs of a recording by the names of their files. */
export function outputsOf(world: World, ref: DocumentReference): Record<string, FakeObject> {
  const folder = `${folderOf(ref)}/`;
  const outputs = world.storage
    .objects()
    .filter(({ name }) => name.startsWith(folder) && !name.endsWith(".part"));
  return Object.fromEntries(outputs.map((object) => [object.name.slice(folder.length), object]));
}

/** The bytes of objects, one after the other. */
export async function bytesOf(objects: readonly FakeObject[]): Promise<Buffer> {
  return Buffer.concat(await Promise.all(objects.map(({ path }) => readFile(path))));
}

/** What ffprobe says of a stored object; throws when it can make nothing of it. */
export async function look(object: FakeObject | undefined): Promise<MediaInfo> {
  if (!object) throw new Error("There is no such object.");
  const info = await probeMedia(npmBuild.ffprobe, object.path);
  if (!info) throw new Error(`${object.name} cannot be read.`);
  return info;
}

/** Stores bytes as two parts of an attempt. */
export async function save(world: World, ref: DocumentReference, saved: SavedBytes) {
  const { token, attempt, bytes, startedAt, untilAt } = saved;
  const store = new GcsRecordingStore({ bucket: "recordings", apiEndpoint: world.storage.url });
  const owner = { instance: ref.id, attempt };
  const middle = Math.floor(bytes.length / 2);
  const cuts = [
    { startByte: 0, endByte: middle },
    { startByte: middle, endByte: bytes.length },
  ];
  for (const [index, cut] of cuts.entries()) {
    const source = memorySource(bytes.subarray(cut.startByte, cut.endByte), true);
    await store.put(partName(folderOf(ref), token, index + 1), source, {
      owner,
      contentType: "video/webm",
      metadata: toMetadata({ take: 1, ...cut, startedAt, untilAt }, owner),
    });
  }
}
