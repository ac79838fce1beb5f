import { type BotInstance, isTerminal } from "../bot-instance/bot-instance.ts";
import { hasLinks } from "../bot-instance/change.ts";
import { joinableUntil } from "../bot-instance/lease.ts";
import type { Surroundings } from "../bot-instance/transition.ts";
import { fetchAgain } from "../import/fetch-again.ts";
import { enqueue, type Request, type ServeEvent } from "./enqueue.ts";
import type { Hold } from "./hold.ts";
import type { Draft } from "./plan.ts";

/** What becomes of a meeting for which somebody asks for another attempt. */
export type Retried =
  | { kind: "created" | "joined"; instance: BotInstance }
  /** Its instance goes on: it waits for its turn no longer, or fetches its recording once more. */
  | { kind: "replanned"; instance: BotInstance }
  /** There is nothing to try: the bot is at work, or the meeting is over. */
  | { kind: "noted"; instance: BotInstance };

/** Makes another attempt for a meeting, and for all that want the bot that it has had. */
export function tryAgain(
  draft: Draft,
  { bot: { id }, link }: Hold,
  request: Request,
  event: ServeEvent,
  at: Surroundings,
): Retried {
  const bot = draft.latest(id);
  if (!bot) throw new Error(`${id} is tried again without having been read.`);
  if (!isTerminal(bot)) return hurry(draft, bot, at);
  if (bot.source) return { kind: "replanned", instance: draft.change(id, fetchAgain(at.now)) };
  if (!canBeOn(request, bot, at)) return { kind: "noted", instance: bot };
  // Before a bot is looked for: what is tried again is not what is to be had.
  draft.change(id, { retriedBy: event.instanceId });
  const { kind, instance } = enqueue(draft, request, event, at);
  const others = Math.max(0, bot.wantedLinks - 1);
  draft.link(id, { ...link, state: "former" });
  const left = draft.change(id, {
    retriedBy: instance.id,
    wantedLinks: 0,
    formerLinks: (bot.formerLinks ?? 0) + 1,
    updatedAt: at.now,
  });
  if (others > 0 || hasLinks(left)) draft.change(id, { wakeAt: at.now });
  const taken = draft.latest(instance.id) ?? instance;
  return {
    kind,
    instance: draft.change(instance.id, { wantedLinks: taken.wantedLinks + others }),
  };
}

/** What is asked for is asked of a meeting that may still be on: without times, since its bot was asked for. */
function canBeOn(
  { meeting }: Request,
  { createdAt }: BotInstance,
  { now, rules }: Surroundings,
): boolean {
  return now <= joinableUntil({ ...meeting.request, createdAt }, rules);
}

function hurry(draft: Draft, bot: BotInstance, { now }: Surroundings): Retried {
  const isPausing = bot.status === "queued" && bot.claimedAt !== undefined;
  if (!isPausing || (bot.wakeAt ?? 0) <= now) return { kind: "noted", instance: bot };
  return {
    kind: "replanned",
    instance: draft.change(bot.id, { wakeAt: now, updatedAt: now }),
  };
}
