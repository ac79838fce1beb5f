import { appendFile } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import type { StoredObject } from "@meeting-bot/core";
import { collect } from "../../../storage/test/bytes.ts";
import { useFakeStore } from "../../../storage/test/fake-store.ts";
import { until } from "../../../test/eventually.ts";
import { systemClock } from "../../src/bot/clock.ts";
import { PartWriter, type PartWriterOptions } from "../../src/recording/part-writer.ts";
import { useWorld } from "./fake-bot.ts";

/** Longer than any test. */
export const LONG = 3_600_000;
export const KIB = 1024;
/** Where the parts are. */
export const PREFIX = "rec/one/raw/token/";

/** A recording, a bucket, and writers of parts between them, anew for each test of the suite that calls this. */
export function usePartWriters() {
  const world = useWorld();
  const bucket = useFakeStore();
  let controller: AbortController;
  let running: Promise<void>[];

  beforeEach(() => {
    controller = new AbortController();
    running = [];
  });
  afterEach(() => stop());

  /** Starts a writer that cares for size alone, unless a test says otherwise. */
  function start(options: Partial<PartWriterOptions> = {}): PartWriter {
    const writer = new PartWriter({
      bytes: world.recording,
      store: bucket.store,
      path: "rec/one",
      claimToken: "token",
      owner: { instance: "i1", attempt: 2 },
      clock: systemClock,
      signal: controller.signal,
      limits: { bytes: 64 * KIB, ageMs: LONG },
      backOff: { firstDelayMs: 5, maxDelayMs: 10 },
      ...options,
    });
    running.push(writer.run());
    return writer;
  }

  /** Waits until every writer has ended by itself. */
  async function ended(): Promise<void> {
    await Promise.all(running);
  }

  /** Tells every writer to stop, and waits until it has; those that are started then go on. */
  async function stop(): Promise<void> {
    controller.abort();
    await ended();
    controller = new AbortController();
  }

  /** Lets the bot write more. */
  async function record(bytes: Buffer): Promise<void> {
    await appendFile(world.documented, bytes);
    await world.recording.look();
  }

  /** What is stored, in order. */
  const parts = () => collect(bucket.store.list(PREFIX));

  async function untilStored(count: number): Promise<StoredObject[]> {
    await until(() => bucket.fake.objects().length >= count);
    return parts();
  }

  /** The bytes of all that is stored, one after another. */
  async function contents(): Promise<Buffer> {
    const objects = await parts();
    return Buffer.concat(
      await Promise.all(objects.map(({ name }) => buffer(bucket.store.get(name)))),
    );
  }

  /** The uploads that were begun, by their kind. */
  const uploads = () => bucket.fake.requests.filter((made) => made.endsWith("upload"));

  return { world, bucket, start, ended, stop, record, parts, untilStored, contents, uploads };
}
