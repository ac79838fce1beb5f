import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import {
  type BotInstance,
  type BotInstanceStore,
  complete,
  type Output,
  report,
  SECOND,
  start,
} from "@meeting-bot/core";

/** What an execution was launched with. */
export interface Launch {
  instanceId: string;
  token: string;
}

/** One of so many managers dies while it records. */
const DEATHS_OF = 20;
const HEARTBEATS = 2;

/**
 * Managers that do `start`, heartbeat and `complete` for real and stub everything in between: there
 * is no bot, no recording and no file. They count what must never happen.
 */
export class StubManagers {
  readonly #store: BotInstanceStore;
  readonly #random: () => number;
  /** Who is in which room right now. */
  readonly #inside = new Map<string, number>();
  starts = 0;
  refusedStarts = 0;
  joins = 0;
  deaths = 0;
  completed = 0;
  /** Bots that entered a room with another one in it. */
  duplicates = 0;

  constructor(store: BotInstanceStore, random: () => number) {
    this.#store = store;
    this.#random = random;
  }

  /** Runs a manager for an accepted launch, until it has ended. */
  async run({ instanceId, token }: Launch): Promise<void> {
    const holding = { token, runnerId: randomUUID() };
    await pause(this.#random() * SECOND);
    const started = await this.#store.transact(instanceId, (instance, at) =>
      start(instance, holding, at),
    );
    if (!started.ok || started.instance.status !== "processing") {
      this.refusedStarts += 1;
      return;
    }
    this.starts += 1;
    const room = roomOf(started.instance);
    this.#enter(room);
    try {
      await this.#record(instanceId, holding);
    } finally {
      this.#inside.set(room, (this.#inside.get(room) ?? 1) - 1);
    }
  }

  #enter(room: string): void {
    this.joins += 1;
    const inside = (this.#inside.get(room) ?? 0) + 1;
    this.#inside.set(room, inside);
    if (inside > 1) this.duplicates += 1;
  }

  async #record(id: string, holding: { token: string; runnerId: string }): Promise<void> {
    for (let beat = 0; beat < HEARTBEATS; beat += 1) {
      await pause(SECOND);
      if (beat > 0 && this.#random() < 1 / DEATHS_OF) {
        this.deaths += 1;
        return;
      }
      const heard = await this.#store.transact(id, (instance, at) =>
        report(instance, { ...holding, phase: "recording" }, at),
      );
      if (!heard.ok) return;
    }
    const event = { ...holding, outputs: [STUB_OUTPUT], partial: false };
    const done = await this.#store.transact(id, (instance, at) => complete(instance, event, at));
    if (done.ok) this.completed += 1;
  }
}

function roomOf({ sessionKey, anchorAt }: BotInstance): string {
  return `${sessionKey} ${anchorAt}`;
}

const STUB_OUTPUT: Output = {
  kind: "video",
  uri: "gs://stub/video.mp4",
  contentType: "video/mp4",
  bytes: 0,
  crc32c: "AAAAAA==",
  durationSeconds: 0,
  codec: "h264",
};
