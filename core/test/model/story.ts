import fc from "fast-check";
import { erase } from "../../src/bot-instance/transitions/erase.ts";
import { HOUR, MINUTE, SECOND } from "../../src/time.ts";
import { LINK } from "../support/instances.ts";
import type { Fields } from "../support/memory-firestore/index.ts";
import { type LaunchAnswer, Service } from "./actors.ts";
import type { Bot } from "./bot.ts";
import { instancesOf, meetingsOf, Watch } from "./invariants.ts";
import { World } from "./world.ts";

const ROOMS = [LINK, "https://meet.google.com/xyz-defg-hij"];
const ORGANIZATIONS = ["A", "B"];
/** When meetings begin, after the beginning of the story; undefined is "now". */
const STARTS = [
  undefined,
  undefined,
  5 * MINUTE,
  5 * MINUTE + 30 * SECOND,
  20 * MINUTE,
  50 * MINUTE,
] as const;
const LENGTHS = [undefined, 15 * MINUTE, 30 * MINUTE] as const;

/** What can happen next. */
export type Happening =
  | { do: "write"; doc: number; org: number; room: number; start: number; length: number }
  | {
      do: "edit";
      doc: number;
      field: "start" | "end" | "room" | "org" | "formats" | "name";
      to: number;
    }
  | { do: "cancel" | "want" | "delete" | "overwrite" | "retry" | "erase"; doc: number }
  | { do: "copy"; doc: number; from: number }
  | { do: "pass"; seconds: number }
  | { do: "answer"; answer: LaunchAnswer }
  | { do: "bot"; bot: number; act: Parameters<Bot["act"]>[0] }
  | { do: "crash"; bot: number }
  | { do: "sweep" }
  | { do: "repeat"; event: number }
  | { do: "remove" | "restore"; instance: number };

/** A happening, and how far everything goes on before the next: to its rest, or so many steps. */
export type Chapter = Happening & {
  until: "rest" | number;
  fate: "go" | "kill" | "lose";
  order: number;
};

const doc = fc.nat({ max: 3 });
const bot = fc.nat({ max: 3 });
const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("write" as const),
      doc,
      org: fc.constantFrom(0, 0, 0, 1),
      room: fc.constantFrom(0, 0, 0, 0, 1),
      start: fc.nat({ max: STARTS.length - 1 }),
      length: fc.nat({ max: LENGTHS.length - 1 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("edit" as const),
      doc,
      field: fc.constantFrom("start", "end", "room", "org", "formats", "name"),
      to: fc.nat({ max: 5 }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom("cancel", "want", "delete", "overwrite", "retry", "erase"),
      doc,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("copy" as const), doc, from: doc }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("pass" as const),
      seconds: fc.constantFrom(1, 11, 31, 61, 130, 200, 400, 900, 1800),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("answer" as const),
      answer: fc.constantFrom<LaunchAnswer>("accept", "refuse", "silent-started", "silent-lost"),
    }),
  },
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constant("bot" as const),
      bot,
      act: fc.constantFrom(
        "start",
        "beat",
        "beat",
        "admit",
        "admit",
        "stall",
        "grow",
        "end",
        "end",
        "lobby",
        "deny",
      ),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("crash" as const), bot }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant("sweep" as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("repeat" as const), event: fc.nat({ max: 9 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom("remove", "restore"),
      instance: fc.nat({ max: 2 }),
    }),
  },
);

const AT_REST = { until: "rest", fate: "go", order: 0 } as const;
const plan = (doc: number, start: number, length = 0): Chapter => ({
  ...{ do: "write", doc, org: 0, room: 0, start, length },
  ...AT_REST,
});
const acts = (bot: number, ...all: Parameters<Bot["act"]>[0][]): Chapter[] =>
  all.map((act) => ({ do: "bot", bot, act, ...AT_REST }));
const pass = (seconds: number): Chapter => ({ do: "pass", seconds, ...AT_REST });
const SWEEP: Chapter = { do: "sweep", ...AT_REST };

/** How stories begin that chance alone would tell too rarely. */
const BEGINNINGS: readonly (readonly Chapter[])[] = [
  [],
  // A bot that was asked for shortly before a planned start records when that one's time comes.
  [plan(0, 2), pass(130), plan(1, 0), ...acts(0, "start", "beat", "admit"), pass(61), SWEEP],
  // It was asked for long before.
  [plan(0, 0), ...acts(0, "start", "beat", "admit"), plan(1, 2), pass(200), SWEEP],
  // A bot is not let in, or falls out, as often as it may.
  [
    plan(0, 0),
    plan(1, 0),
    ...acts(0, "start", "beat", "deny"),
    { do: "retry", doc: 0, ...AT_REST },
  ],
  [plan(0, 0, 2), ...acts(0, "start", "beat", "admit", "end", "beat")],
  // Two meetings in one room, the first of which runs over.
  [
    plan(0, 2, 1),
    plan(1, 4),
    pass(200),
    SWEEP,
    ...acts(0, "start", "beat", "admit"),
    pass(900),
    SWEEP,
  ],
];

const goingOn: fc.Arbitrary<Chapter[]> = fc.array(
  fc
    .tuple(
      happening,
      fc.record({
        until: fc.oneof(
          { weight: 4, arbitrary: fc.constant("rest" as const) },
          { weight: 1, arbitrary: fc.nat({ max: 6 }) },
        ),
        fate: fc.constantFrom("go", "go", "go", "go", "kill", "lose"),
        order: fc.nat({ max: 1000 }),
      }),
    )
    .map(([what, how]) => ({ ...what, ...how })),
  { minLength: 3, maxLength: 30, size: "max" },
);

/** A story: what happens, one thing after the other. */
export const story: fc.Arbitrary<Chapter[]> = fc
  .tuple(fc.constantFrom(...BEGINNINGS), goingOn)
  .map(([beginning, rest]) => [...beginning, ...rest]);

/** What a story has come to. */
export interface Told {
  violations: string[];
  reached: Set<string>;
}

/** Lets a story happen, then leaves everybody alone until nothing is left to do. */
export async function happen(chapters: readonly Chapter[]): Promise<Told> {
  const teller = new Teller();
  for (const chapter of chapters) {
    await teller.happen(chapter);
    if (teller.watch.violations.length > 0) break;
  }
  if (teller.watch.violations.length === 0) await teller.windDown();
  return { violations: teller.watch.violations, reached: teller.reached };
}

class Teller {
  readonly world = new World();
  readonly service = new Service(this.world);
  readonly watch = new Watch(this.world, this.service);
  readonly reached = new Set<string>();
  readonly #began = this.world.now;
  #delivered = 0;
  #random = 1;
  readonly #removed: { path: string; fields: Fields }[] = [];

  async happen(chapter: Chapter): Promise<void> {
    const { world } = this;
    this.#random = chapter.order + 1;
    await this.#do(chapter);
    if (chapter.until === "rest") await this.rest();
    else {
      this.#deliverSome(1);
      for (let step = 0; step < chapter.until; step += 1) await world.step(this.#next());
      await world.step(this.#next(), chapter.fate);
    }
    this.watch.checkRooms();
    this.#label();
  }

  /** Everything that goes on comes to its end, and so does what that leads to. */
  async rest(): Promise<void> {
    const { world, watch } = this;
    for (let round = 0; round < 50; round += 1) {
      this.#deliverSome(Number.POSITIVE_INFINITY);
      await world.finish(() => this.#next());
      if (this.#delivered === world.events.length) break;
    }
    for (const crash of world.crashes.splice(0)) watch.violations.push(`a crash: ${crash}`);
    watch.checkMeetings();
  }

  #deliverSome(count: number): void {
    const { events } = this.world;
    for (let left = count; left > 0 && this.#delivered < events.length; left -= 1) {
      const event = events[this.#delivered];
      this.#delivered += 1;
      if (event) this.service.deliver(event);
    }
  }

  /** The platform and the bots do their work, nobody interferes, and time passes. */
  async windDown(): Promise<void> {
    const { service, world, watch } = this;
    service.answer = "accept";
    await this.rest();
    for (let round = 0; round < 60 && this.#isOpen(); round += 1) {
      world.now += round < 30 ? MINUTE : HOUR;
      for (const bot of service.bots.filter(({ isAlive }) => isAlive)) {
        bot.act(bot.state === "at-the-door" ? "admit" : round % 4 === 3 ? "end" : "beat");
      }
      service.sweep();
      await this.rest();
      watch.checkRooms();
      if (watch.violations.length > 0) return;
    }
    watch.checkOver();
  }

  #isOpen(): boolean {
    return instancesOf(this.world).some(
      ({ status, wakeAt }) =>
        status === "queued" || status === "processing" || wakeAt !== undefined,
    );
  }

  #next(): number {
    this.#random = (this.#random * 48_271) % 2_147_483_647;
    return this.#random;
  }

  async #do(what: Happening): Promise<void> {
    const { world, service } = this;
    switch (what.do) {
      case "write":
        return this.#write(`meetings/${what.doc}`, this.#meeting(what));
      case "edit":
        return this.#edit(`meetings/${what.doc}`, what);
      case "cancel":
        return this.#update(`meetings/${what.doc}`, { status: "cancelled" });
      case "want":
        return this.#update(`meetings/${what.doc}`, { status: "scheduled" });
      case "retry":
        return this.#update(`meetings/${what.doc}`, { recording_retry: world.newId("r") });
      case "delete":
        return this.#asUser(() => world.direct.doc(`meetings/${what.doc}`).delete());
      case "overwrite":
        return this.#overwrite(`meetings/${what.doc}`);
      case "copy":
        return this.#copy(`meetings/${what.from}`, `meetings/${what.doc}`);
      case "pass":
        // A manager that is not heard of for longer has lost its lease.
        if (what.seconds > 11) await world.finishTasks((task) => task.startsWith("e"));
        world.now += what.seconds * SECOND;
        return;
      case "answer":
        service.answer = what.answer;
        return;
      case "bot":
        return this.#bot(what.bot)?.act(what.act);
      case "crash":
        return this.#bot(what.bot)?.crash();
      case "sweep":
        return service.sweep();
      case "repeat": {
        const event = world.events[world.events.length - 1 - what.event];
        if (event) service.deliver(event);
        return;
      }
      case "erase":
        return this.#erase(`meetings/${what.doc}`);
      case "remove":
        return this.#removeInstance(what.instance);
      case "restore":
        return this.#restoreInstance();
    }
  }

  #bot(index: number): Bot | undefined {
    const alive = this.service.bots.filter(({ isAlive }) => isAlive);
    return alive[index % Math.max(1, alive.length)];
  }

  #meeting(what: { org: number; room: number; start: number; length: number }): Fields {
    const start = STARTS[what.start];
    const length = LENGTHS[what.length];
    const at = this.#began + (start ?? this.world.now - this.#began);
    return {
      meeting_url: ROOMS[what.room] ?? LINK,
      status: "scheduled",
      creator_organization_id: ORGANIZATIONS[what.org] ?? "A",
      ...(start !== undefined && { start: new Date(at).toISOString() }),
      ...(length !== undefined && { end: new Date(at + length).toISOString() }),
    };
  }

  async #write(path: string, fields: Fields): Promise<void> {
    this.#want(path, fields);
    await this.#asUser(() => this.world.direct.doc(path).set({ ...fields }));
  }

  /** What a document has asked for before, it may be shown. */
  #want(path: string, { start, creator_organization_id: organization }: Fields): void {
    const { now } = this.world;
    const createdAt = this.world.database.find(path)?.createTime.toMillis() ?? now;
    const key = `${path} ${createdAt} ${organization}`;
    const earlier = this.watch.wantedSince.get(key) ?? Number.POSITIVE_INFINITY;
    // A bot is sent, and may be let in, before its meeting begins.
    const at = typeof start === "string" ? Date.parse(start) - 2 * MINUTE : now;
    this.watch.wantedSince.set(key, Math.min(at, earlier));
  }

  async #asUser(write: () => Promise<unknown>): Promise<void> {
    this.watch.isUser = true;
    await write();
    this.watch.isUser = false;
  }

  #fields(path: string): Fields | undefined {
    return this.world.database.find(path)?.fields;
  }

  async #update(path: string, fields: Record<string, unknown>): Promise<void> {
    if (!this.#fields(path)) return;
    await this.#asUser(() => this.world.direct.doc(path).update(fields));
  }

  async #edit(path: string, { field, to }: Extract<Happening, { do: "edit" }>): Promise<void> {
    const before = this.#fields(path);
    if (!before) return;
    const at = new Date(this.#began + (STARTS[to % STARTS.length] ?? to * 10 * MINUTE));
    const changes: Record<typeof field, Record<string, unknown>> = {
      start: { start: at.toISOString() },
      end: { end: new Date(at.getTime() + 20 * MINUTE).toISOString() },
      room: { meeting_url: ROOMS[to % 2] },
      org: { creator_organization_id: ORGANIZATIONS[to % 2] },
      formats: { recording_options: { formats: to % 2 ? ["audio.mp3"] : ["video.mp4"] } },
      name: { bot_name: `bot ${to}` },
    };
    const after = { ...before, ...(changes[field] as Fields) };
    if (field === "org" || field === "room") this.#forget(path, before);
    this.#want(path, after);
    await this.#update(path, changes[field]);
  }

  /** What a document shows may have been another meeting's. */
  #forget(path: string, fields: Fields | undefined): void {
    const { recording } = fields ?? {};
    const uri = (recording as Fields | undefined)?.["video_uri"];
    if (uri !== undefined) this.watch.foreign.add(`${path} ${uri}`);
  }

  async #overwrite(path: string): Promise<void> {
    const before = this.#fields(path);
    if (!before) return;
    const { meeting_url, status, creator_organization_id, start, bot_instance_id } = before;
    const keeps = this.#next() % 2 === 0 && typeof bot_instance_id === "string";
    const fields = {
      meeting_url,
      status,
      creator_organization_id,
      ...(start !== undefined && { start }),
      ...(keeps && { bot_instance_id }),
    };
    await this.#asUser(() => this.world.direct.doc(path).set(fields));
  }

  async #copy(from: string, to: string): Promise<void> {
    const fields = this.#fields(from);
    if (!fields || from === to) return;
    this.#forget(to, fields);
    await this.#write(to, fields);
  }

  async #erase(path: string): Promise<void> {
    const shown = meetingsOf(this.world).find((one) => one.path === path)?.recording["recorded_by"];
    if (typeof shown !== "string") return;
    this.world.start(`erase ${shown}`, async (store) => {
      const erased = await store.transact(shown, (now, at) => erase(now, { by: "user:x" }, at));
      if (erased.ok) await store.tellMeetings(shown);
    });
  }

  /** An operator cleans up what has ended. */
  async #removeInstance(index: number): Promise<void> {
    const over = instancesOf(this.world).filter(
      ({ status, wakeAt }) =>
        (status === "done" || status === "failed" || status === "cancelled") &&
        wakeAt === undefined,
    );
    const gone = over[index];
    const fields = gone && this.#fields(`bot_instances/${gone.id}`);
    if (!gone || !fields) return;
    this.#removed.push({ path: `bot_instances/${gone.id}`, fields });
    this.watch.removed.add(gone.id);
    await this.#asUser(() => this.world.direct.doc(`bot_instances/${gone.id}`).delete());
  }

  async #restoreInstance(): Promise<void> {
    const back = this.#removed.pop();
    if (!back) return;
    this.watch.removed.delete(back.path.split("/").at(-1) ?? "");
    await this.#asUser(() => this.world.direct.doc(back.path).set({ ...back.fields }));
  }

  #label(): void {
    for (const { mergedInto, succeededBy, retriedBy, formerLinks } of instancesOf(this.world)) {
      if (mergedInto !== undefined) this.reached.add("merge");
      if (succeededBy !== undefined) this.reached.add("hand-over");
      if (retriedBy !== undefined) this.reached.add("retry");
      if (formerLinks) this.reached.add("former link");
    }
  }
}
