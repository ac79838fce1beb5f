import { type DocumentData, type DocumentReference, Timestamp } from "@google-cloud/firestore";
import { BOT_INSTANCES, BOT_LINKS, SECOND } from "@meeting-bot/core";
import { expect } from "chai";
import type { Sandbox } from "../../src/sandbox.ts";
import { type Fire, serveSchedules } from "./own-schedules.ts";

const HALF = 100;
/** Firestore takes 1,048,576 bytes at most: there is no room for all that is told of a recording. */
const LARGE_BYTES = 1_048_000;
/** So far ahead that no task of the queue waits for it: the sweep is what sends its bot. */
const START = new Date("2099-01-01T09:00:00Z");
/** What a busy machine makes of the same work from one time to the next; a turn that is lost takes a minute. */
const NOISE_MS = 15 * SECOND;

/**
 * A meeting of 1,048,000 bytes makes none of 200 others later, and keeps nobody busy for long. No function
 * is told of what is written any more from here on.
 */
export async function largeHurtsNobody(sandbox: Sandbox): Promise<void> {
  await using parts = new AsyncDisposableStack();
  await sandbox.holdEvents();
  // Everything at once is what the schedules find after an outage.
  const settings = { MEETING_JOIN_LEAD_SECONDS: "0", BACKFILL_READS_PER_DAY: "10000000" };
  const fire = await serveSchedules(sandbox, settings, parts);
  const alone = await timesOf(sandbox, fire, "0");

  const [grown] = (await writeMeetings(sandbox, ["1-grown"])) as [DocumentReference];
  await fire("backfill");
  const [bot] = (await botsOf([grown])) as [DocumentReference];
  await enlarge(grown);
  const [large] = (await writeMeetings(sandbox, ["1-large"])) as [DocumentReference];
  await enlarge(large);
  const beside = await timesOf(sandbox, fire, "2", [bot]);

  for (const what of ["linked", "launched", "told"] as const) {
    expect(beside[what], what).to.be.below(2 * alone[what] + NOISE_MS);
  }
  // It keeps nobody busy for long, and its user may do with it as before.
  expect((await bot.get()).data()).not.to.have.property("wake_at");
  const { docs } = await bot.collection(BOT_LINKS).get();
  expect(docs.map((link) => typeof link.get("untold"))).to.deep.equal(["string"]);
  await large.update({ minutes: "short" });
  await fire("backfill");
  await fire("backfill");
  expect(await botsOf([large])).to.have.length(1);
}

/** How long half of the ordinary meetings take to be linked, launched and told, with what else is due first. */
async function timesOf(
  sandbox: Sandbox,
  fire: Fire,
  series: string,
  first: readonly DocumentReference[] = [],
) {
  const names = Array.from({ length: HALF }, (_, index) => `${series}-ordinary-${index}`);
  const meetings = await writeMeetings(sandbox, names);
  const writtenAt = Date.now();
  await fire("backfill");
  const linked = Date.now() - writtenAt;
  const bots = await botsOf(meetings);
  expect(bots).to.have.length(HALF);

  const dueAt = await makeDue(sandbox, first, bots, {});
  await fire("sweep");
  const launches = sandbox.cloudRun.executions().filter(({ createdAt }) => createdAt >= dueAt);
  expect(launches).to.have.length(HALF + first.length);
  const launched = Math.max(...launches.map(({ createdAt }) => createdAt)) - dueAt;

  const endedAt = await makeDue(sandbox, first, bots, ended());
  await fire("sweep");
  const shown = await Promise.all(meetings.map((meeting) => meeting.get()));
  expect(new Set(shown.map((found) => found.get("recording.status")))).to.deep.equal(
    new Set(["done"]),
  );
  const updates = shown.map(({ updateTime }) => updateTime?.toMillis() ?? 0);
  return { linked, launched, told: Math.max(...updates) - endedAt };
}

/** Has the sweep look at instances, the first ones before the others. */
async function makeDue(
  { firestore }: Sandbox,
  first: readonly DocumentReference[],
  bots: readonly DocumentReference[],
  fields: DocumentData,
): Promise<number> {
  const batch = firestore.batch();
  const now = Date.now();
  for (const bot of first) batch.update(bot, { ...fields, wake_at: Timestamp.fromMillis(0) });
  for (const bot of bots) batch.update(bot, { ...fields, wake_at: Timestamp.fromMillis(now) });
  await batch.commit();
  return now;
}

/** What a bot says that has recorded. */
function ended(): DocumentData {
  const outputs = ["video", "audio"].map((kind) => ({
    kind,
    uri: `gs://demo-recordings/${"folder/".repeat(30)}${kind}`,
    content_type: "video/mp4",
    bytes: 1,
    crc32c: "AAAAAA==",
    duration_seconds: 1,
    codec: "h264",
  }));
  return { status: "done", partial: false, outputs, processed_at: Timestamp.now() };
}

/** Without an organisation each is in a room of its own. */
async function writeMeetings(
  { firestore }: Sandbox,
  names: readonly string[],
): Promise<DocumentReference[]> {
  const batch = firestore.batch();
  const meetings = names.map((name) => firestore.collection("meetings").doc(name));
  const fields = { meeting_url: "https://meet.google.com/abc-defg-hij", status: "scheduled" };
  for (const meeting of meetings) batch.set(meeting, { ...fields, start: START });
  await batch.commit();
  return meetings;
}

/** Fills a meeting up to its size. */
async function enlarge(meeting: DocumentReference): Promise<void> {
  const before = JSON.stringify((await meeting.get()).data()).length;
  await meeting.update({ minutes: "x".repeat(LARGE_BYTES - before) });
}

/** The bots of the meetings that have one. */
async function botsOf(meetings: readonly DocumentReference[]): Promise<DocumentReference[]> {
  const found = await Promise.all(meetings.map((meeting) => meeting.get()));
  return found.flatMap((meeting) => {
    const id: unknown = meeting.get("bot_instance_id");
    const bots = meeting.ref.firestore.collection(BOT_INSTANCES);
    return typeof id === "string" ? [bots.doc(id)] : [];
  });
}
