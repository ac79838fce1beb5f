import {
  type BackfillStore,
  type FoundMeeting,
  type Instant,
  type Judging,
  judgeMeeting,
  readsAllowed,
  walked,
} from "@meeting-bot/core";
import * as logs from "../logs.ts";
import { type ServeServices, serveMeeting } from "./serve-meeting.ts";
import { adoptInstance } from "./take-up-instance.ts";

/** What looking for what no event told of needs. */
export interface BackfillServices extends ServeServices {
  backfill: BackfillStore;
  judging: Judging;
  /** 0 looks for no meetings. */
  backfillReadsPerDay: number;
  now(): Instant;
}

const PAGE_SIZE = 100;
/** Each may launch a bot, and a launch may take 20 seconds. */
const SERVED_AT_ONCE = 10;
/** Serving reads the meeting again, its instance, the room, who is in it, and the endpoints. */
const READS_TO_SERVE = 6;
/** How many waiting instances are looked at in one run; a queue that is longer takes several. */
const QUEUED_PER_RUN = 500;

/**
 * Walks on through the meetings by name and serves those whose event was lost. A meeting that cannot be
 * served does not keep the others from it; a page that cannot be read is read again the next time.
 */
export async function backfillMeetings(services: BackfillServices): Promise<void> {
  const { backfill, backfillReadsPerDay, now } = services;
  if (backfillReadsPerDay === 0) return;
  let progress = await backfill.readProgress("meetings");
  let left = readsAllowed(progress, backfillReadsPerDay, now());
  while (left > 0) {
    const page = await backfill.findMeetings(Math.min(left, PAGE_SIZE), progress.after);
    const isEmpty = progress.after === undefined && page.meetings.length === 0;
    // Nobody's meetings cost a read an hour, and no write.
    if (isEmpty && page.after === undefined) return;
    const wanted = page.meetings.filter(
      (meeting) => judgeMeeting(meeting, services.judging) === "wanted",
    );
    await forEach(wanted, (meeting) => serve(services, meeting));
    const reads = page.reads + wanted.length * READS_TO_SERVE;
    left -= reads;
    progress = walked(progress, { after: page.after, reads }, now());
    await backfill.writeProgress("meetings", progress);
    if (page.after === undefined) return;
  }
}

/** Gives every instance that waits in the queue and that nothing would wake its time. */
export async function adoptQueued(services: BackfillServices): Promise<void> {
  const { backfill, store } = services;
  const { after: before } = await backfill.readProgress("instances");
  let after = before;
  let left = QUEUED_PER_RUN;
  do {
    const limit = Math.min(left, PAGE_SIZE);
    const page = await store.findQueued(limit, after);
    const asleep = page.filter(({ wakeAt }) => wakeAt === undefined);
    await forEach(asleep, ({ id }) => adopt(services, id));
    left -= limit;
    after = page.length === limit ? page.at(-1)?.id : undefined;
  } while (after !== undefined && left > 0);
  if (after === before) return;
  await backfill.writeProgress("instances", { ...(after !== undefined && { after }), reads: 0 });
}

async function serve(services: BackfillServices, { path }: FoundMeeting): Promise<void> {
  try {
    logs.meetingFound(path);
    await serveMeeting(services, path);
  } catch (error) {
    logs.backfillFailed({ meetingPath: path }, error);
  }
}

async function adopt(services: BackfillServices, botInstanceId: string): Promise<void> {
  try {
    await adoptInstance(services, botInstanceId);
  } catch (error) {
    logs.backfillFailed({ botInstanceId }, error);
  }
}

/** Acts on some at a time. */
async function forEach<T>(all: readonly T[], act: (one: T) => Promise<void>): Promise<void> {
  for (let at = 0; at < all.length; at += SERVED_AT_ONCE) {
    await Promise.all(all.slice(at, at + SERVED_AT_ONCE).map(act));
  }
}
