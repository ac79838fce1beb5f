import { randomUUID } from "node:crypto";
import type { BotInstance, Output } from "../../src/bot-instance/bot-instance.ts";
import { cancel } from "../../src/bot-instance/transitions/cancel.ts";
import { claim } from "../../src/bot-instance/transitions/claim.ts";
import { complete } from "../../src/bot-instance/transitions/complete.ts";
import { fail } from "../../src/bot-instance/transitions/fail.ts";
import { reclaim } from "../../src/bot-instance/transitions/reclaim.ts";
import { report } from "../../src/bot-instance/transitions/report.ts";
import { start } from "../../src/bot-instance/transitions/start.ts";
import { failure } from "../../src/errors.ts";
import type { ServeEvent } from "../../src/meeting/enqueue.ts";
import { needsAttention, parseMeeting } from "../../src/meeting/meeting.ts";
import type { Decide, ServeOutcome } from "../../src/ports/bot-instance-store.ts";
import type { Naming } from "../../src/settings/naming.ts";
import { HOUR, MINUTE } from "../../src/time.ts";
import type { StoreUnderTest } from "../support/firestore-under-test.ts";
import { LINK, NAMING, RULES } from "../support/instances.ts";

/** Makes a store on an empty database. */
export type MakeStore = (naming?: Naming) => Promise<StoreUnderTest>;

/** Names that a user chose, none of them ours. */
export const RENAMED: Naming = {
  meeting: {
    statusField: "state",
    statusValues: ["planned", "moved"],
    cancelValues: ["off"],
    instanceField: "bot",
  },
  instanceStatusField: "condition",
  instanceStatus: { queued: "Q", processing: "P", done: "D", failed: "F", cancelled: "C" },
};
/** What a runner has stored. */
export const OUTPUT: Output = {
  kind: "video",
  uri: "gs://bucket/video.mp4",
  contentType: "video/mp4",
  bytes: 1,
  crc32c: "AAAAAA==",
  durationSeconds: 20,
  codec: "h264",
};
/** Where a bot runs. */
export const EXECUTION = { launcher: "local", name: "execution-1" };
/** A failure that another attempt may follow. */
export const CRASH = failure("BOT_CRASHED", "join", "It fell.");
/** A launch that the platform refuses for now. */
export const NO_CAPACITY = failure("LAUNCH_FAILED", "launch", "Full.");

/** A claim with a token. */
export const claiming =
  (token: string): Decide =>
  (instance, at) =>
    claim(instance, { token, claimedBy: "test" }, at);
/** The start of the runner `r` under the token `t`. */
export const starting: Decide = (instance, at) =>
  start(instance, { token: "t", runnerId: "r" }, at);
/** The completion of that runner. */
export const completing: Decide = (instance, at) =>
  complete(instance, { token: "t", runnerId: "r", outputs: [OUTPUT], partial: false }, at);
/** A failure, before any start, that no other attempt follows. */
export const failingForGood =
  (token: string): Decide =>
  (instance, at) =>
    fail(instance, { token, failure: { ...CRASH, retryable: false }, random: 0 }, at);
/** Nobody wants the bot any more. */
export const cancelling: Decide = (instance, at) => cancel(instance, at);
/** A sign of life of the runner `r`. */
export const reporting: Decide = (instance, at) =>
  report(instance, { token: "t", runnerId: "r" }, at);
/** What a sweep does that found no execution for the token `t`. */
export const reclaiming =
  (by: string): Decide =>
  (instance, at) =>
    reclaim(instance, { token: "t", by, verdict: { state: "not-found" }, random: 0 }, at);

/** Fields of an instance that others made. */
export const QUEUED = { meeting_url: LINK, status: "queued" };
/** An instant so many milliseconds before now. */
export const ago = (ms: number) => new Date(Date.now() - ms);
/** Fields of an instance that was claimed with the token `t` long ago. */
export const claimedFields = () => ({
  ...QUEUED,
  status: "processing",
  phase: "claimed",
  attempt: 1,
  claim_token: "t",
  claimed_at: ago(HOUR),
  wake_at: ago(MINUTE),
});
/** Fields of an instance that the runner `r` has started. */
export const startedFields = () => ({
  ...claimedFields(),
  phase: "joining",
  runner_id: "r",
  heartbeat_at: ago(HOUR),
});

/** What a call of `serve` mints. */
export const newCall = (): ServeEvent => ({
  instanceId: randomUUID(),
  token: randomUUID(),
  claimedBy: "test",
  joinLeadMs: 2 * MINUTE,
});
/** Runs something several times at once. */
export const times = <T>(count: number, run: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => run(index)));
/** The instance of a meeting that was not ignored. */
export const instanceOf = (outcome: ServeOutcome): BotInstance => {
  if (outcome.kind === "ignored") throw new Error(`ignored: ${outcome.reason}`);
  return outcome.instance;
};

/** Serves a meeting; what that writes must leave nothing to do. */
export async function serveOnce(
  under: StoreUnderTest,
  path: string,
  call = newCall(),
): Promise<ServeOutcome> {
  const outcome = await under.store.serve(path, call);
  const document = await under.read(path);
  const isRestless = document && needsAttention(parseMeeting(document, NAMING.meeting, RULES));
  if (isRestless) throw new Error(`${path} asks again for what it was given: ${outcome.kind}`);
  return outcome;
}
/** The runner `r`, under the token `t`, has recorded; the instance's meetings are told. */
export async function record({ store }: StoreUnderTest, id: string): Promise<void> {
  await store.transact(id, starting);
  await store.transact(id, completing);
  await store.tellMeetings(id);
}
/** The links of an instance. */
export async function linksOf(
  under: StoreUnderTest,
  id: string,
): Promise<Record<string, unknown>[]> {
  const links = await under.list(`bot_instances/${id}/bot_links`);
  return Promise.all(
    links.map(async (link) => (await under.read(`bot_instances/${id}/bot_links/${link}`)) ?? {}),
  );
}
/** What the history of an instance says, in no order. */
export async function historyOf(
  under: StoreUnderTest,
  id: string,
): Promise<Record<string, unknown>[]> {
  const entries = await under.list(`bot_instances/${id}/bot_events`);
  return Promise.all(
    entries.map(
      async (entry) => (await under.read(`bot_instances/${id}/bot_events/${entry}`)) ?? {},
    ),
  );
}
/** Only what has happened. */
export const whatHappened = async (under: StoreUnderTest, id: string) =>
  (await historyOf(under, id)).map(({ what }) => what);

/** Fields of a meeting that wants a bot. */
export const scheduled = (fields: Record<string, unknown> = {}) => ({
  meeting_url: LINK,
  status: "scheduled",
  ...fields,
});
/** The same, of an organisation that may share bots. */
export const inOrg = (fields: Record<string, unknown> = {}) =>
  scheduled({ creator_organization_id: "org", ...fields });
