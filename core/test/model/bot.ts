import type { BotInstance, Output } from "../../src/bot-instance/bot-instance.ts";
import { complete } from "../../src/bot-instance/transitions/complete.ts";
import { fail } from "../../src/bot-instance/transitions/fail.ts";
import { report } from "../../src/bot-instance/transitions/report.ts";
import { start } from "../../src/bot-instance/transitions/start.ts";
import { type ErrorCode, failure } from "../../src/errors.ts";
import type { FirestoreBotInstanceStore } from "../../src/firestore/firestore-bot-instance-store.ts";
import type { Instant } from "../../src/time.ts";
import type { World } from "./world.ts";

type Store = FirestoreBotInstanceStore;
type State = "launched" | "waiting-to-join" | "at-the-door" | "recording" | "finishing" | "gone";

/** A manager and its bot, as the platform runs them. */
export class Bot {
  state: State = "launched";
  /** When it was last in the room. */
  leftAt: Instant | undefined;
  recordedFrom: Instant | undefined;
  #stalledAt: Instant | undefined;
  #recordedTo: Instant | undefined;
  isBusy = false;
  readonly world: World;
  readonly instanceId: string;
  readonly token: string;
  readonly name: string;
  #known: BotInstance | undefined;

  constructor(world: World, instanceId: string, token: string, name: string) {
    this.world = world;
    this.instanceId = instanceId;
    this.token = token;
    this.name = name;
  }

  get isAlive(): boolean {
    return this.state !== "gone";
  }

  /** When the last byte was recorded. */
  get recordedTo(): Instant | undefined {
    const isGrowing = this.state === "recording" && this.#stalledAt === undefined;
    return isGrowing ? this.world.now : this.#recordedTo;
  }

  get isInRoom(): boolean {
    return this.state === "at-the-door" || this.state === "recording";
  }

  /** The whole execution dies. */
  crash(): void {
    this.#leave();
    this.state = "gone";
  }

  /** One thing that the manager does next, and that what it hears makes it do. */
  act(what: "start" | "beat" | "admit" | "stall" | "grow" | "end" | "lobby" | "deny"): void {
    if (!this.isAlive || this.isBusy) return;
    this.isBusy = true;
    this.world.start(`${this.name} ${what}`, async (store) => {
      try {
        await this.#do(store, what);
      } finally {
        this.isBusy = false;
      }
    });
  }

  async #do(store: Store, what: Parameters<Bot["act"]>[0]): Promise<void> {
    if (this.state === "launched") return this.#start(store);
    if (this.state === "finishing") return this.#finish(store);
    const { now } = this.world;
    if (this.state === "waiting-to-join") {
      if ((this.#known?.joinAt ?? 0) <= now) this.state = "at-the-door";
      return this.#beat(store);
    }
    if (this.state === "at-the-door") {
      if (what === "lobby") return this.#fail(store, "LOBBY_TIMEOUT");
      if (what === "deny") return this.#fail(store, "NOT_ADMITTED");
      if (what !== "admit") return this.#beat(store);
      this.state = "recording";
      this.recordedFrom ??= now;
      return this.#report(store, { phase: "recording" });
    }
    if (what === "end") return this.#end(store);
    if (what === "stall") {
      this.#recordedTo ??= now;
      this.#stalledAt ??= now;
      return this.#report(store, { recordingEndedAt: this.#recordedTo });
    }
    if (what !== "grow") return this.#beat(store);
    this.#stalledAt = undefined;
    return this.#report(store, { recordingEndedAt: null });
  }

  async #start(store: Store): Promise<void> {
    const event = { token: this.token, runnerId: this.name, execution: this.#execution };
    const started = await store.transact(this.instanceId, (now, at) => start(now, event, at));
    if (!started.ok || started.instance.status !== "processing") return this.crash();
    this.#known = started.instance;
    this.state = started.instance.finishOnly ? "finishing" : "waiting-to-join";
  }

  #beat(store: Store): Promise<void> {
    return this.#report(store, {});
  }

  async #report(store: Store, change: object): Promise<void> {
    const bytesStored = this.state === "recording" ? this.world.now : undefined;
    const event = {
      ...{ token: this.token, runnerId: this.name },
      ...(bytesStored !== undefined && { progress: { bytesStored } }),
      ...change,
    };
    const heard = await store.transact(this.instanceId, (now, at) => report(now, event, at));
    if (!this.isAlive) return;
    if (!heard.ok) return this.crash();
    this.#known = heard.instance;
    const { cancelRequestedAt, leaveAt } = heard.instance;
    const mustLeave = cancelRequestedAt !== undefined || (leaveAt ?? Infinity) <= this.world.now;
    if (mustLeave) return this.#end(store);
  }

  async #end(store: Store): Promise<void> {
    this.#leave();
    const hasBytes = this.recordedFrom !== undefined || this.#known?.progress?.bytesStored;
    if (!hasBytes) return this.#fail(store, "MISSED");
    this.state = "finishing";
    const event = {
      ...{ token: this.token, runnerId: this.name },
      recordingEndedAt: this.#recordedTo,
      endReason: "ended" as const,
    };
    await store.transact(this.instanceId, (now, at) => report(now, event, at));
  }

  async #finish(store: Store): Promise<void> {
    const outputs = [outputOf(this.instanceId)];
    const event = { token: this.token, runnerId: this.name, outputs, partial: false };
    const done = await store.transact(this.instanceId, (now, at) => complete(now, event, at));
    this.state = "gone";
    if (done.ok) await store.tellMeetings(this.instanceId);
  }

  async #fail(store: Store, code: ErrorCode): Promise<void> {
    this.#leave();
    const event = {
      token: this.token,
      runnerId: this.name,
      failure: failure(code, "join", `It was ${code}.`),
      random: 0.5,
    };
    await store.transact(this.instanceId, (now, at) => fail(now, event, at));
    this.state = "gone";
  }

  #leave(): void {
    if (this.state === "recording") this.#recordedTo = this.recordedTo;
    if (this.isInRoom) this.leftAt = this.world.now;
  }

  get #execution() {
    return { launcher: "local", name: this.name };
  }
}

/** What an instance has stored: its address tells whose it is. */
export function outputOf(instanceId: string): Output {
  return {
    kind: "video",
    uri: `gs://bucket/${instanceId}/video.mp4`,
    contentType: "video/mp4",
    bytes: 1,
    crc32c: "AAAAAA==",
    durationSeconds: 20,
    codec: "h264",
  };
}
