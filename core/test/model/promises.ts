import { type BotInstance, isTerminal } from "../../src/bot-instance/bot-instance.ts";
import { joinableUntil } from "../../src/bot-instance/lease.ts";
import { isMap } from "../../src/map.ts";
import { isSameRequest, type Meeting } from "../../src/meeting/meeting.ts";
import { MINUTE, SECOND } from "../../src/time.ts";
import { RULES } from "../support/instances.ts";
import type { Fields, WriteEvent } from "../support/memory-firestore/index.ts";
import type { Bot } from "./bot.ts";
import { instancesOf, meetingsOf } from "./invariants.ts";
import type { World } from "./world.ts";

/** Starts that are nearer than this are one meeting's. */
const NEAR_MS = 2 * MINUTE;
const LEAD_MS = RULES.joinLeadSeconds * SECOND;

type Fail = (which: number, what: string) => void;

/** Who shares a bot, and that nobody gets one that is not asked for: looked at when it is written. */
export class Sharing {
  readonly #world: World;
  readonly #fail: Fail;
  readonly #bots: readonly Bot[];
  /** Wishes for another try, by path and value, and how many were served. */
  readonly #wishes = new Set<string>();
  #served = 0;
  readonly #succeeded = new Set<string>();

  constructor(world: World, bots: readonly Bot[], fail: Fail) {
    this.#world = world;
    this.#bots = bots;
    this.#fail = fail;
  }

  written({ path, before, after }: WriteEvent, isUser: boolean): void {
    const [collection, id = "", below] = path.split("/");
    if (collection === "meetings" && after) {
      const retry = after["recording_retry"];
      if (isUser && retry !== undefined) this.#wishes.add(`${path} ${retry}`);
      if (!isUser && before) this.#checkAnother(path, before, after);
    }
    if (collection !== "bot_instances" || below !== undefined || !after || isUser) return;
    const instance = this.#instance(id);
    if (!instance) return;
    if (!before) this.#checkNew(instance);
    if (before?.["takes_over_from"] !== after["takes_over_from"]) this.#checkHandOver(instance);
    if (before?.["status"] !== after["status"] && instance.status === "failed") {
      this.#checkFailed(instance);
    }
    if (before?.["retried_by"] === undefined && instance.retriedBy !== undefined) {
      this.#served += 1;
      if (this.#served > this.#wishes.size) this.#fail(3, `${id} is tried again for nobody`);
      if (instance.retriedBy === id) this.#fail(3, `${id} is tried again by itself`);
    }
  }

  #instance(id: unknown): BotInstance | undefined {
    return instancesOf(this.#world).find((one) => one.id === id);
  }

  /** A meeting that was recorded is sent another bot only for what is still to come. */
  #checkAnother(path: string, before: Fields, after: Fields): void {
    const [was, is] = [before, after].map((fields) => this.#instance(fields["bot_instance_id"]));
    if (!was || !is || was.id === is.id || was.status !== "done") return;
    const isOther = was.retriedBy !== undefined || was.sessionKey !== is.sessionKey;
    const isErased = was.recordingErasedAt !== undefined;
    const shownBy = isMap(after["recording"]) ? after["recording"]["recorded_by"] : undefined;
    if (isOther || isErased || shownBy !== was.id) return;
    if ((is.startAt ?? 0) <= this.#world.now)
      this.#fail(1, `${path} has ${was.id} and gets ${is.id}`);
  }

  /** Who asks for a bot now shares one that is due. */
  #checkNew({ id, anchorAt, sessionKey, createdAt, status }: BotInstance): void {
    if (anchorAt !== undefined || status === "failed") return;
    const due = instancesOf(this.#world).find(
      (one) =>
        one.sessionKey === sessionKey &&
        one.status === "queued" &&
        one.claimedAt === undefined &&
        one.startAt !== undefined &&
        one.startAt <= createdAt + LEAD_MS,
    );
    if (due) this.#fail(2, `${id} is made though ${due.id} is due in its room`);
  }

  /** Bots take over from those of other meetings alone. */
  #checkHandOver(instance: BotInstance): void {
    const older = this.#instance(instance.takesOverFrom);
    if (older?.succeededBy !== instance.id || older.recordingEndedAt !== undefined) return;
    // One that had to give way before may be leaving.
    if (this.#succeeded.has(older.id)) return;
    this.#succeeded.add(older.id);
    if (isOneMeeting(older, instance))
      this.#fail(2, `${instance.id} takes over from ${older.id}, of its meeting`);
  }

  /** Nothing fails for good for which no bot was ever launched, while it can be on. */
  #checkFailed(instance: BotInstance): void {
    const wasLaunched = this.#bots.some(({ instanceId }) => instanceId === instance.id);
    const canBeOn = this.#world.now + 2 * MINUTE < joinableUntil(instance, RULES);
    const code = instance.error?.code;
    if (wasLaunched || !canBeOn || (code !== "LAUNCH_FAILED" && code !== "LEASE_EXPIRED")) return;
    this.#fail(3, `${instance.id} has failed though no bot was ever launched: ${code}`);
  }
}

function isOneMeeting(older: BotInstance, newer: BotInstance): boolean {
  if (newer.anchorAt === undefined || newer.startAt === undefined) return false;
  if (older.anchorAt !== undefined) {
    const isOver = [
      [older, newer],
      [newer, older],
    ].some(([one, other]) => (one?.endAt ?? Infinity) <= (other?.startAt ?? 0));
    return Math.abs(older.anchorAt - newer.anchorAt) < NEAR_MS && !isOver;
  }
  const isShortlyBefore = older.createdAt >= newer.startAt - LEAD_MS - NEAR_MS;
  return older.startAt === undefined && older.phase === "recording" && isShortlyBefore;
}

/** What is true of meetings and the bots that they are linked to when nothing is left to do. */
export function checkLinks(
  world: World,
  isGone: (id: string | undefined) => boolean,
  fail: Fail,
): void {
  const instances = new Map(instancesOf(world).map((one) => [one.id, one]));
  for (const { path, meeting, recording } of meetingsOf(world)) {
    const { intent, botInstanceId, request, retry, servedRetry, linkedHash } = meeting;
    const bot = botInstanceId === undefined ? undefined : instances.get(botInstanceId);
    if (intent !== "record" || linkedHash === undefined) continue;
    if (!bot && isGone(botInstanceId) && !isSameRequest(linkedHash, meeting)) {
      fail(3, `${path} was edited, and ${botInstanceId} is gone`);
    }
    if (bot && retry !== undefined && retry !== servedRetry)
      fail(3, `${path} waits for another try`);
    if (bot) checkEnd(path, request.endAt, meeting, bot, fail);
    if (bot) checkError(path, recording, bot, fail);
    const shown = instances.get(String(recording["recorded_by"]));
    if (shown?.recordingErasedAt !== undefined && recording["video_uri"] !== undefined) {
      fail(7, `${path} shows what ${shown.id} had erased`);
    }
  }
  for (const bot of instances.values()) if (!isTerminal(bot)) checkWanted(world, bot, fail);
}

function checkEnd(
  path: string,
  endAt: number | undefined,
  { failure }: Meeting,
  bot: BotInstance,
  fail: Fail,
): void {
  if (isTerminal(bot) || bot.finishOnly || failure || endAt === undefined) return;
  if (bot.cancelRequestedAt !== undefined || bot.endAt === undefined) return;
  if (bot.endAt < endAt) fail(3, `${path} is on until ${endAt}, and ${bot.id} until ${bot.endAt}`);
}

function checkError(
  path: string,
  recording: Fields,
  { id, status, error }: BotInstance,
  fail: Fail,
): void {
  const isShown = error !== undefined && (status === "queued" || status === "failed");
  const shown = isMap(recording["error"]) ? recording["error"]["code"] : undefined;
  const code = isShown ? error.code : undefined;
  if (shown !== code) fail(7, `${path} says ${shown}, but ${id} is ${status}: ${code}`);
}

/** Whoever wants a bot is there, and has it. */
function checkWanted({ database }: World, { id }: BotInstance, fail: Fail): void {
  const meetings = new Map(meetingsOf({ database } as World).map((one) => [one.path, one]));
  for (const { fields } of database.collection(`bot_instances/${id}/bot_links`)) {
    if (fields["state"] !== "wanted") continue;
    const path = String(fields["meeting_path"]);
    const meeting = meetings.get(path)?.meeting;
    if (!meeting) fail(6, `${id} is there for ${path}, which is gone`);
    else if (meeting.botInstanceId !== id)
      fail(6, `${id} is there for ${path}, which has ${meeting.botInstanceId}`);
    else if (meeting.intent === "cancel") fail(6, `${id} is there for ${path}, which is cancelled`);
  }
}
