import type { BotInstance } from "../../src/bot-instance/bot-instance.ts";
import { isTerminal } from "../../src/bot-instance/bot-instance.ts";
import { isTold } from "../../src/bot-instance/history.ts";
import { claim, isClaimedBy } from "../../src/bot-instance/transitions/claim.ts";
import { fail } from "../../src/bot-instance/transitions/fail.ts";
import { launched } from "../../src/bot-instance/transitions/launched.ts";
import { reclaim, type Verdict } from "../../src/bot-instance/transitions/reclaim.ts";
import { failure } from "../../src/errors.ts";
import type { FirestoreBotInstanceStore } from "../../src/firestore/firestore-bot-instance-store.ts";
import { SECOND } from "../../src/time.ts";
import { RULES } from "../support/instances.ts";
import { Bot } from "./bot.ts";
import { attentionOf, type Event, instanceOfEvent, type World } from "./world.ts";

type Store = FirestoreBotInstanceStore;
/** What the platform does with the next launches. */
export type LaunchAnswer = "accept" | "refuse" | "silent-started" | "silent-lost";

/** The functions, the sweep and the platform, as they are composed when they are deployed. */
export class Service {
  readonly world: World;
  readonly bots: Bot[] = [];
  answer: LaunchAnswer = "accept";

  constructor(world: World) {
    this.world = world;
  }

  /** An event is delivered. */
  deliver(event: Event): void {
    if (event.kind === "meeting") {
      const attention = attentionOf(event);
      if (!attention) return;
      this.serve(event.path, attention.formerInstanceId, () => this.deliver(event));
      return;
    }
    if (isTold(event.after ?? {})) this.tell(instanceOfEvent(event), () => this.deliver(event));
  }

  serve(path: string, former?: string, again?: () => void): void {
    this.world.start(`serve ${path}`, (store) => this.#serve(store, path, former), again);
  }

  tell(id: string, again?: () => void): void {
    this.world.start(`tell ${id}`, (store) => this.#tell(store, id), again);
  }

  /** Looks at whatever is due. */
  sweep(): void {
    const { world } = this;
    world.start("sweep", async (store) => {
      for (const instance of await store.findDue(world.now, 100)) {
        world.start(`look at ${instance.id}`, (own) => this.#lookAt(own, instance));
      }
    });
  }

  async #serve(store: Store, path: string, formerInstanceId?: string): Promise<void> {
    const token = this.world.newId("t");
    const outcome = await store.serve(path, {
      instanceId: this.world.newId("i"),
      token,
      claimedBy: "model",
      joinLeadMs: RULES.joinLeadSeconds * SECOND,
      formerInstanceId,
    });
    if (outcome.kind !== "ignored") await this.#launch(store, outcome.instance, token);
  }

  async #tell(store: Store, id: string): Promise<void> {
    const { toServe } = await store.tellMeetings(id);
    for (const path of toServe) await this.#serve(store, path, id);
    if (toServe.length > 0) await store.tellMeetings(id);
  }

  async #lookAt(store: Store, instance: BotInstance): Promise<void> {
    if (isTerminal(instance)) return this.#tell(store, instance.id);
    if (instance.status === "queued") {
      const token = this.world.newId("t");
      const claimed = await store.transact(instance.id, (now, at) =>
        claim(now, { token, claimedBy: "sweep" }, at),
      );
      if (claimed.ok) await this.#launch(store, claimed.instance, token);
      return;
    }
    const verdict = this.#inspect(instance);
    const by = this.world.newId("t");
    const event = { token: instance.claimToken, by, verdict, random: 0.5 };
    const outcome = await store.transact(instance.id, (now, at) => reclaim(now, event, at));
    if (!outcome.ok && outcome.reason === "overdue") this.#botOf(instance)?.crash();
  }

  #botOf({ execution }: BotInstance): Bot | undefined {
    return this.bots.find(({ name }) => name === execution?.name);
  }

  #inspect(instance: BotInstance): Verdict {
    const bot = this.#botOf(instance);
    if (!bot) return { state: "not-found" };
    return bot.isAlive ? { state: "running" } : { state: "ended", reason: "it is gone" };
  }

  async #launch(store: Store, instance: BotInstance, token: string): Promise<void> {
    if (!isClaimedBy(instance, token)) return;
    const answer = this.answer;
    if (answer === "refuse") {
      const refused = failure("LAUNCH_FAILED", "launch", "No.");
      const event = { token, failure: refused, random: 0.5 };
      await store.transact(instance.id, (now, at) => fail(now, event, at));
      return;
    }
    if (answer === "silent-lost") return;
    const bot = new Bot(this.world, instance.id, token, this.world.newId("e"));
    this.bots.push(bot);
    if (answer === "silent-started") return;
    const execution = { launcher: "local", name: bot.name };
    await store.transact(instance.id, (now, at) => launched(now, { token, execution }, at));
  }
}
