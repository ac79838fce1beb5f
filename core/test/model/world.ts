import type { Firestore } from "@google-cloud/firestore";
import { FirestoreBotInstanceStore } from "../../src/firestore/firestore-bot-instance-store.ts";
import { attentionTo } from "../../src/meeting/attention.ts";
import { parseMeeting } from "../../src/meeting/meeting.ts";
import type { Instant } from "../../src/time.ts";
import { NAMING, RULES } from "../support/instances.ts";
import {
  type Fields,
  lostAnswer,
  MemoryDatabase,
  openMemoryFirestore,
  type Step,
  type WriteEvent,
} from "../support/memory-firestore/index.ts";

/** Something that goes on, step by step, beside whatever else does. */
interface Pending {
  task: string;
  step: Step;
  go(verdict?: Error): void;
  kill(): void;
}

/** What is to be done about a write: as an event that comes when it comes, and perhaps twice. */
export interface Event {
  kind: "meeting" | "bot-event";
  path: string;
  before: Fields | undefined;
  after: Fields | undefined;
}

const EVENTS = /^bot_instances\/([^/]+)\/bot_events\/[^/]+$/;

/**
 * A world in memory: the real store on a database whose every step waits to be let go, users' documents,
 * and the events that writes lead to.
 */
export class World {
  now: Instant = Date.UTC(2030, 0, 31, 9);
  readonly database: MemoryDatabase;
  readonly direct: Firestore;
  readonly events: Event[] = [];
  readonly told: string[] = [];
  /** Called after every write, by whoever it was made. */
  onWrite: (event: WriteEvent) => void = () => {};
  #pending: Pending[] = [];
  #running = 0;
  #ids = 0;

  constructor() {
    this.database = new MemoryDatabase({
      now: () => this.now,
      onWrite: (event) => this.#note(event),
    });
    this.direct = openMemoryFirestore(this.database);
  }

  newId(prefix: string): string {
    this.#ids += 1;
    return `${prefix}${this.#ids}`;
  }

  /** How many steps wait to be let go. */
  get waiting(): number {
    return this.#pending.length;
  }

  /** Starts something that takes steps; `again` is called when it was killed. */
  start(
    task: string,
    work: (store: FirestoreBotInstanceStore) => Promise<unknown>,
    again?: () => void,
  ): void {
    this.#running += 1;
    const firestore = openMemoryFirestore(this.database, (step) => this.#wait(task, step));
    const store = new FirestoreBotInstanceStore(firestore, NAMING, RULES, () => Promise.resolve());
    void work(store)
      .catch((error: unknown) => {
        if (!(error instanceof Killed)) this.crashes.push(error);
        else again?.();
      })
      .finally(() => {
        this.#running -= 1;
      });
  }

  /** Errors that nobody expects. */
  readonly crashes: unknown[] = [];

  /** Lets one step go, chosen by a number, or kills its task, or loses the answer to its commit. */
  async step(choice: number, fate: "go" | "kill" | "lose" = "go"): Promise<boolean> {
    await this.#settle();
    const [pending] = this.#pending.splice(choice % Math.max(1, this.#pending.length), 1);
    if (!pending) return false;
    if (fate === "kill") pending.kill();
    else pending.go(fate === "lose" && pending.step.kind === "commit" ? lostAnswer() : undefined);
    await this.#settle();
    return true;
  }

  /** Lets every step of some tasks go: those that would not be heard of again if they took longer. */
  async finishTasks(isOne: (task: string) => boolean): Promise<void> {
    await this.#settle();
    for (;;) {
      const index = this.#pending.findIndex(({ task }) => isOne(task));
      if (index < 0) return;
      await this.step(index);
    }
  }

  /** Lets everything go that goes on, in an order that `random` decides. */
  async finish(random: () => number): Promise<void> {
    for (let steps = 0; await this.step(random()); steps += 1) {
      if (steps > 5000) throw new Error(`It does not come to an end: ${this.#pending[0]?.task}`);
    }
  }

  #wait(task: string, step: Step): Promise<Error | undefined> {
    return new Promise((resolve, reject) => {
      const kill = () => reject(new Killed());
      this.#pending.push({ task, step, go: resolve, kill });
    });
  }

  /** Lets all that can go on without another step do so. */
  async #settle(): Promise<void> {
    let before: number;
    do {
      before = this.#pending.length * 1000 + this.#running;
      await new Promise((resolve) => setImmediate(resolve));
    } while (before !== this.#pending.length * 1000 + this.#running);
  }

  #note(event: WriteEvent): void {
    const { path, before, after } = event;
    if (path.startsWith("meetings/")) this.events.push({ kind: "meeting", path, before, after });
    else if (EVENTS.test(path)) this.events.push({ kind: "bot-event", path, before, after });
    this.onWrite(event);
  }
}

/** A task was killed. */
class Killed extends Error {}

/** What an event of a meeting says is to be looked at, as the deployed trigger reads it. */
export function attentionOf({ before, after }: Event) {
  const [was, is] = [before, after].map(
    (fields) => fields && parseMeeting(fields as Record<string, unknown>, NAMING.meeting, RULES),
  );
  return attentionTo(was, is);
}

/** The instance that an entry of the history is about. */
export function instanceOfEvent({ path }: Event): string {
  return EVENTS.exec(path)?.[1] ?? "";
}
