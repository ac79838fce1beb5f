import { type BotInstance, isTerminal } from "../../src/bot-instance/bot-instance.ts";
import { botInstanceDocument } from "../../src/firestore/bot-instance-document.ts";
import { isMap } from "../../src/map.ts";
import { parseMeeting } from "../../src/meeting/meeting.ts";
import { shownStatus } from "../../src/meeting/recording-summary.ts";
import { isThereForOthers } from "../../src/session/presence.ts";
import { NAMING, RULES } from "../support/instances.ts";
import type { Fields, WriteEvent } from "../support/memory-firestore/index.ts";
import type { Service } from "./actors.ts";
import { checkLinks, Sharing } from "./promises.ts";
import type { World } from "./world.ts";

const document = botInstanceDocument(NAMING, RULES.maxAttempts);

/** All instances, as they are stored. */
export function instancesOf({ database }: World): BotInstance[] {
  return [...database.collection("bot_instances")].map(({ path, fields, createTime }) =>
    document.parse(path.split("/").at(-1) ?? "", fields, createTime.toMillis()),
  );
}

/** All meetings, as they are stored. */
export function meetingsOf({ database }: World) {
  return [...database.collection("meetings")].map(({ path, fields }) => ({
    path,
    fields,
    meeting: parseMeeting(fields as Record<string, unknown>, NAMING.meeting, RULES),
    recording: isMap(fields["recording"]) ? fields["recording"] : {},
  }));
}

/** Remembers what each document was shown, and by whom it was changed. */
export class Watch {
  readonly world: World;
  readonly service: Service;
  /** Set while a user, or an operator, writes: what they take away is theirs. */
  isUser = false;
  readonly violations: string[] = [];

  constructor(world: World, service: Service) {
    this.world = world;
    this.service = service;
    const sharing = new Sharing(world, service.bots, (which, what) => this.#fail(which, what));
    world.onWrite = (event) => {
      sharing.written(event, this.isUser);
      this.#written(event);
    };
  }

  #fail(which: number, what: string): void {
    this.violations.push(`invariant ${which}: ${what}`);
  }

  /** 1: an address stays until another recording, or somebody's wish, replaces it. 4: it is this meeting's. */
  #written({ path, before, after }: WriteEvent): void {
    if (!path.startsWith("meetings/") || this.isUser || !after) return;
    const [was, is] = [before, after].map((fields) => recordingOf(fields));
    const uri = is?.["video_uri"];
    if (was?.["video_uri"] === uri) return;
    if (uri === undefined) {
      const isErased = is?.["erased_at"] !== undefined;
      const isForgotten = this.foreign.has(`${path} ${was?.["video_uri"]}`);
      if (!isErased && !isForgotten) this.#fail(1, `${path} lost ${was?.["video_uri"]}`);
      return;
    }
    this.#checkTheirs(path, String(uri), after);
  }

  /** What a user has copied into a document, by path and address: it may go. */
  readonly foreign = new Set<string>();

  #checkTheirs(path: string, uri: string, after: Fields): void {
    const id = /gs:\/\/bucket\/([^/]+)\//.exec(uri)?.[1];
    const instance = instancesOf(this.world).find((one) => one.id === id);
    if (this.isGone(id)) return;
    if (!instance) {
      this.#fail(5, `${path} shows ${uri}, whose instance is gone`);
      return;
    }
    const meeting = parseMeeting(after as Record<string, unknown>, NAMING.meeting, RULES);
    if (instance.creatorOrganizationId !== meeting.request.creatorOrganizationId) {
      this.#fail(4, `${path} of ${meeting.request.creatorOrganizationId} is shown ${uri}`);
    }
    const bots = this.service.bots.filter((bot) => bot.instanceId === id);
    const to = Math.max(...bots.map((bot) => bot.recordedTo ?? 0));
    const createdAt = this.world.database.find(path)?.createTime.toMillis();
    const { creatorOrganizationId: organization } = meeting.request;
    const wanted = this.wantedSince.get(`${path} ${createdAt} ${organization}`);
    if (wanted !== undefined && to < wanted - 15_000) {
      this.#fail(4, `${path}, wanted since ${wanted}, is shown ${uri}, which ended at ${to}`);
    }
  }

  /** When a document first asked for a bot, by path, create time and organisation: what ended before is not its. */
  readonly wantedSince = new Map<string, number>();

  /** 2: who is in a room, by what the stand-ins themselves know. */
  checkRooms(): void {
    const instances = new Map(instancesOf(this.world).map((one) => [one.id, one]));
    const rooms = Map.groupBy(
      [...instances.values()].filter((one) => one.sessionKey !== undefined),
      ({ sessionKey }) => sessionKey,
    );
    for (const [room, bots] of rooms) {
      const there = bots.filter(isThereForOthers);
      if (there.length > 1) {
        this.#fail(2, `${room?.slice(0, 6)}: ${there.map(({ id }) => id)} are there for others`);
      }
      for (const { id } of bots) {
        const inRoom = this.service.bots.filter((bot) => bot.instanceId === id && bot.isInRoom);
        if (inRoom.length > 1) this.#fail(2, `${id} is in its room ${inRoom.length} times`);
      }
      const untold = bots.filter((bot) => this.#isInRoomUntold(bot));
      if (untold.length > 2) this.#fail(2, `${untold.map(({ id }) => id)} are in one room`);
    }
  }

  #isInRoomUntold({ id, cancelRequestedAt, leaveAt }: BotInstance): boolean {
    const isThere = this.service.bots.some((bot) => bot.instanceId === id && bot.isInRoom);
    const toldAt = Math.min(cancelRequestedAt ?? Infinity, leaveAt ?? Infinity);
    return isThere && this.world.now - toldAt < 0;
  }

  /** 3, 7: at rest, every meeting that wants a bot has one or says why not, and what it says is true. */
  checkMeetings(): void {
    const instances = new Map(instancesOf(this.world).map((one) => [one.id, one]));
    for (const { path, meeting, recording } of meetingsOf(this.world)) {
      const { intent, botInstanceId } = meeting;
      const bot = botInstanceId === undefined ? undefined : instances.get(botInstanceId);
      // Somebody else has put an id there: it is left alone.
      if (bot && recording["request_hash"] === undefined) continue;
      if (bot && recording["status"] !== shownStatus(bot)) {
        this.#fail(7, `${path} says ${recording["status"]}, but ${bot.id} is ${bot.status}`);
      }
      if (intent === "record" && !bot && !this.isGone(botInstanceId)) {
        this.#fail(3, `${path} wants a bot and has none`);
      }
      if (intent === "record" && bot?.status === "cancelled") {
        this.#fail(3, `${path} wants a bot, but ${bot.id} is cancelled`);
      }
      if (recording["status"] === "failed" && recording["error"] === undefined) {
        this.#fail(3, `${path} has failed and does not say why`);
      }
      if (intent === "cancel" && bot) this.#fail(3, `${path} is cancelled and has ${bot.id}`);
    }
    this.#checkInstances(instances);
    checkLinks(
      this.world,
      (id) => this.isGone(id),
      (which, what) => this.#fail(which, what),
    );
  }

  /** Instances that an operator has removed. */
  readonly removed = new Set<string>();
  isGone(id: string | undefined): boolean {
    return id !== undefined && this.removed.has(id);
  }

  /** 6: nothing waits without being looked at, and no bot is on its way for nobody. */
  #checkInstances(instances: ReadonlyMap<string, BotInstance>): void {
    for (const bot of instances.values()) {
      if (!isTerminal(bot) && bot.wakeAt === undefined) {
        this.#fail(6, `${bot.id} is ${bot.status} and nobody looks at it`);
      }
      const wanted = [
        ...this.world.database.collection(`bot_instances/${bot.id}/bot_links`),
      ].filter(({ fields }) => fields["state"] === "wanted");
      const isForNobody = bot.wantedLinks === 0 && bot.cancelRequestedAt === undefined;
      if (!isTerminal(bot) && !bot.finishOnly && isForNobody) {
        this.#fail(6, `${bot.id} is ${bot.status} for nobody`);
      }
      if (!isTerminal(bot) && wanted.length !== bot.wantedLinks) {
        this.#fail(6, `${bot.id} counts ${bot.wantedLinks} links and has ${wanted.length}`);
      }
    }
  }

  /** 6: long after everything, nothing is left to do. */
  checkOver(): void {
    for (const bot of instancesOf(this.world)) {
      if (!isTerminal(bot)) this.#fail(6, `${bot.id} is still ${bot.status}`);
      else if (bot.wakeAt !== undefined) this.#fail(6, `${bot.id} has meetings that are not told`);
    }
    for (const { path, recording, meeting } of meetingsOf(this.world)) {
      const isOpen = recording["status"] === "queued" || recording["status"] === "processing";
      if (isOpen && !this.isGone(meeting.botInstanceId)) {
        this.#fail(6, `${path} is ${recording["status"]} for ever`);
      }
    }
  }
}

function recordingOf(fields: Fields | undefined): Fields | undefined {
  const recording = fields?.["recording"];
  return isMap(recording) ? (recording as Fields) : undefined;
}
