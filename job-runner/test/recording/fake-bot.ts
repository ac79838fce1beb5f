import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { systemClock } from "../../src/bot/clock.ts";
import { recordingPaths } from "../../src/bot/recording-files.ts";
import { ELEMENT } from "../../src/media/ebml.ts";
import {
  GrowingRecording,
  type GrowingRecordingOptions,
} from "../../src/recording/growing-recording.ts";
import { cluster, element, openElement, simpleBlock, VOID } from "../media/support/webm-builder.ts";

const IDENTITY = { userId: "user", botId: "bot" };
const TRACK_UID = 0x73c5;
const CODEC_ID = 0x86;

/** A live recording in memory: its head, and what follows from the first cluster on. */
export interface FakeTake {
  head: Buffer;
  body: Buffer;
  bytes: Buffer;
  /** The same recording with `extra` bytes more in its head, as a tool leaves it that adds a duration. */
  patched(extra: number): Buffer;
}

/** Makes a recording that no other is like, of about `bytes` bytes and some blocks. */
export function fakeTake(bytes = 200_000): FakeTake {
  const uid = randomBytes(7);
  const fill = element(VOID, randomBytes(bytes));
  const body = Buffer.concat([
    cluster(0, simpleBlock(1, 0), simpleBlock(2, 20), fill),
    cluster(1_000, simpleBlock(1, 0), simpleBlock(2, 40)),
  ]);
  const head = headOf(uid);
  const patched = (extra: number) => Buffer.concat([headOf(uid, extra), body]);
  return { head, body, bytes: Buffer.concat([head, body]), patched };
}

function headOf(uid: Buffer, extra = 0): Buffer {
  const track = (number: number, type: number, codec: string) =>
    element(
      ELEMENT.trackEntry,
      element(ELEMENT.trackNumber, Buffer.from([number])),
      element(TRACK_UID, uid, Buffer.from([number])),
      element(ELEMENT.trackType, Buffer.from([type])),
      element(CODEC_ID, codec),
    );
  return Buffer.concat([
    element(ELEMENT.ebmlHeader, element(0x4282, "webm")),
    openElement(ELEMENT.segment),
    ...(extra > 0 ? [element(VOID, Buffer.alloc(extra - 2))] : []),
    element(ELEMENT.tracks, track(1, 1, "V_VP9"), track(2, 2, "A_OPUS")),
  ]);
}

/** A shared volume with a recording of it that is followed; new for every test. */
export interface World {
  /** The documented path, and the one that upstream's Teams recorder writes to. */
  documented: string;
  growing: string;
  workDir: string;
  recording: GrowingRecording;
  /** Makes another follower of the same files. */
  follow(options?: Partial<GrowingRecordingOptions>): GrowingRecording;
}

/** Gives every test of a suite a fresh volume, and removes it afterwards. */
export function useWorld(): World {
  const world = {} as World;
  let opened: GrowingRecording[] = [];
  let folder = "";
  beforeEach(async () => {
    folder = await mkdtemp(join(await realpath(tmpdir()), "recording-"));
    const [documented = "", , growing = ""] = recordingPaths(IDENTITY);
    const root = join(folder, "volume");
    const workDir = join(folder, "work");
    const follow: World["follow"] = (options) => {
      const clock = systemClock;
      const { signal } = new AbortController();
      const settings = { root, identity: IDENTITY, workDir, clock, signal, ...options };
      const recording = new GrowingRecording(settings);
      opened.push(recording);
      return recording;
    };
    Object.assign(world, { documented: join(root, documented), growing: join(root, growing) });
    await Promise.all([mkdir(dirname(world.documented), { recursive: true }), mkdir(workDir)]);
    Object.assign(world, { workDir, follow, recording: follow() });
  });
  afterEach(async () => {
    for (const recording of opened) await recording.close();
    opened = [];
    await rm(folder, { recursive: true, force: true });
  });
  return world;
}
