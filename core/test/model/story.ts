import { HOUR, MINUTE, SECOND } from "../../src/time.ts";
import { Service } from "./actors.ts";
import type { Bot } from "./bot.ts";
import type { Chapter, Happening } from "./happenings.ts";
import { instancesOf, Watch } from "./invariants.ts";
import { Users } from "./users.ts";
import { World } from "./world.ts";

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
  #delivered = 0;
  #random = 1;
  readonly #users = new Users(this.world, this.watch, () => this.#next());

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
        return this.#users.write(`meetings/${what.doc}`, this.#users.meeting(what));
      case "edit":
        return this.#users.edit(`meetings/${what.doc}`, what);
      case "cancel":
        return this.#users.update(`meetings/${what.doc}`, { status: "cancelled" });
      case "want":
        return this.#users.update(`meetings/${what.doc}`, { status: "scheduled" });
      case "retry":
        return this.#users.update(`meetings/${what.doc}`, { recording_retry: world.newId("r") });
      case "delete":
        return this.#users.remove(`meetings/${what.doc}`);
      case "overwrite":
        return this.#users.overwrite(`meetings/${what.doc}`);
      case "copy":
        return this.#users.copy(`meetings/${what.from}`, `meetings/${what.doc}`);
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
        return this.#users.erase(`meetings/${what.doc}`);
      case "remove":
        return this.#users.removeInstance(what.instance);
      case "restore":
        return this.#users.restoreInstance();
    }
  }

  #bot(index: number): Bot | undefined {
    const alive = this.service.bots.filter(({ isAlive }) => isAlive);
    return alive[index % Math.max(1, alive.length)];
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
