import type { DocumentReference } from "@google-cloud/firestore";
import { MINUTE, SECOND } from "@meeting-bot/core";
import { expect } from "chai";
import { mostAtOnce, type Presence } from "../../src/meeting-bot/room-register.ts";
import type { Sandbox } from "../../src/sandbox.ts";
import { waitForDocument } from "../../src/wait-for-document.ts";
import {
  botOf,
  endOf,
  executionsOf,
  openApi,
  openEnded,
  playStories,
  presencesAt,
  recordedBy,
  told,
  writeMeeting,
} from "./stories.ts";
import { processesOf, surely } from "./support.ts";

const LEAD_MS = 8 * SECOND;
/** A bot leaves so soon after another has taken over: that one records ten seconds, and both are told. */
const GONE_MS = 25 * SECOND;
const LONG = "sandbox=h264&seconds=600";
const fromNow = (ms: number) => new Date(Date.now() + ms);
/** Each story has its own room; what its bots find there differs. */
const link = (code: string, query: string) => `https://meet.google.com/${code}?${query}`;

playStories(
  "who is in a room",
  {
    atOnce: 3,
    sweepSeconds: 1,
    settings: {
      MEETING_JOIN_LEAD_SECONDS: String(LEAD_MS / SECOND),
      HEARTBEAT_LEASE_SECONDS: "5",
      RETRY_BASE_SECONDS: "0.5",
      RETRY_MAX_SECONDS: "1",
    },
  },
  {
    "is the bot that is sent again when nobody let it in; its meeting is shown to wait meanwhile":
      lateHost,
    "is one bot for copies whose starts are 30 s apart": nearStarts,
    "are two bots, one after the other, where a team's meeting follows a 1:1 in a personal room":
      personalRoom,
    "are two bots, one after the other, where a meeting runs into the next one": overrun,
    "is the first bot until the second, which is left at the door, is let in": leftAtTheDoor,
    "is no third bot when the first crashes after the second's start": crashAfterHandOver,
  },
);

async function lateHost(sandbox: Sandbox): Promise<void> {
  const { query, end } = await openEnded(sandbox, "late-host");
  // At this speed the bot's patience at the door is longer than the minute after which it is seen to wait.
  const meeting_url = link("ggg-gggg-ggg", `${query}&speed=0.3&lobbyTimeouts=1`);
  const meeting = await writeMeeting(sandbox, { meeting_url, start: fromNow(0) });
  const api = await openApi(sandbox);
  const bot = await botOf(meeting);
  await waitForDocument(bot, (found) => found.get("phase") === "waiting" || undefined);
  const { body } = await api("GET", `/v1/meetings/${meeting.id}`);
  expect(body).to.have.nested.property("bot.phase", "waiting");
  await waitForDocument(bot, (found) => found.get("lobby_timeouts") === 1 || undefined);
  await recordedBy(bot, 1);
  await end();

  expect(await endOf(bot)).to.include({ status: "done", attempt: 1, partial: false });
  await expectOwn(meeting, bot);
  const presences = presencesAt(sandbox, meeting_url);
  expect(presences.map(({ inRoomAt }) => inRoomAt !== undefined)).to.deep.equal([false, true]);
}

async function nearStarts(sandbox: Sandbox): Promise<void> {
  const meeting_url = link("bbb-bbbb-bbb", "sandbox=h264&seconds=3");
  const start = Date.now() + LEAD_MS + 3 * SECOND;
  const first = await writeMeeting(sandbox, { meeting_url, start: new Date(start + 30 * SECOND) });
  const second = await writeMeeting(sandbox, { meeting_url, start: new Date(start) });
  const bot = await botOf(first);

  const { outputs } = await endOf(bot);

  for (const meeting of [first, second]) {
    const { recording, bot_instance_id } = await told(meeting, "done");
    expect(bot_instance_id).to.equal(bot.id);
    expect(recording.video_uri).to.equal(outputs[0].uri);
  }
  const [presence, ...more] = presencesAt(sandbox, meeting_url);
  expect(more).to.deep.equal([]);
  expect(presence?.from).to.be.above(start - LEAD_MS);
}

async function personalRoom(sandbox: Sandbox): Promise<void> {
  const meeting_url = link("ccc-cccc-ccc", LONG);
  const oneToOne = await writeMeeting(sandbox, { meeting_url });
  const first = await botOf(oneToOne);
  await recordedBy(first, 1);
  // Asked for so long ago that the planned meeting cannot be meant.
  await surely(() => first.update({ created_at: fromNow(-10 * MINUTE) }));
  await expectHandOver(sandbox, "ccc-cccc-ccc", oneToOne, Date.now() + LEAD_MS + 2 * SECOND);
}

async function overrun(sandbox: Sandbox): Promise<void> {
  const meeting_url = link("ddd-dddd-ddd", LONG);
  const start = Date.now() + 18 * SECOND;
  const times = { start: fromNow(0), end: new Date(start) };
  const long = await writeMeeting(sandbox, { meeting_url, ...times });
  await recordedBy(await botOf(long), 1);
  await expectHandOver(sandbox, "ddd-dddd-ddd", long, start);
}

/** One bot follows another: each records its own meeting, and the first goes soon after the second records. */
async function expectHandOver(
  sandbox: Sandbox,
  code: string,
  earlier: DocumentReference,
  start: number,
): Promise<void> {
  const { query, end } = await openEnded(sandbox, code);
  const meeting_url = link(code, query);
  const later = await writeMeeting(sandbox, { meeting_url, start: new Date(start) });
  const [first, second] = [await botOf(earlier), await botOf(later)];
  expect(second.id).not.to.equal(first.id);
  expect(await endOf(first)).to.include({ status: "done", partial: false, attempt: 1 });
  await end();
  expect(await endOf(second)).to.include({ status: "done", partial: false, attempt: 1 });
  await expectOwn(earlier, first);
  await expectOwn(later, second);
  const presences = presencesAt(sandbox, meeting_url);
  const [gone, came] = presences as [Presence, Presence];
  expect(presences).to.have.length(2);
  expect(came.from).to.be.at.least(start);
  expect(gone.to).to.be.within(Number(came.inRoomAt), Number(came.inRoomAt) + GONE_MS);
}

/** A meeting shows what its own bot has recorded. */
async function expectOwn(meeting: DocumentReference, bot: DocumentReference): Promise<void> {
  const { recording, bot_instance_id } = await told(meeting, "done");
  const outputs = (await bot.get()).get("outputs");
  expect(bot_instance_id).to.equal(bot.id);
  expect(recording).to.include({ recorded_by: bot.id, video_uri: outputs[0].uri });
}

async function leftAtTheDoor(sandbox: Sandbox): Promise<void> {
  const [early, late] = [await openEnded(sandbox, "early"), await openEnded(sandbox, "late")];
  const meeting_url = link("eee-eeee-eee", early.query);
  const start = Date.now() + 14 * SECOND;
  const times = { start: fromNow(0), end: new Date(start) };
  const long = await writeMeeting(sandbox, { meeting_url, ...times });
  const first = await botOf(long);
  await recordedBy(first, 1);
  // By this link nobody lets in the first two who ask: the bot that is inside already is one of them.
  const next = await writeMeeting(sandbox, {
    meeting_url: link("eee-eeee-eee", `${late.query}&speed=4&lobbyTimeouts=2`),
    start: new Date(start),
  });
  const second = await botOf(next);
  await waitForDocument(second, (found) => found.get("lobby_timeouts") === 1 || undefined);
  await early.end();
  const one = await endOf(first);
  await recordedBy(second, 1);
  await late.end();
  const other = await endOf(second);

  expect(one).to.include({ status: "done", partial: false, attempt: 1 });
  expect(other).to.include({ status: "done", attempt: 1, lobby_timeouts: 1 });
  await expectOwn(long, first);
  await expectOwn(next, second);
  const presences = presencesAt(sandbox, meeting_url);
  const [gone, door, came] = presences as [Presence, Presence, Presence];
  expect(presences).to.have.length(3);
  expect(mostAtOnce(presences, gone.room)).to.equal(2);
  expect(door.inRoomAt).to.equal(undefined);
  // As long as the other one was not in, the first stayed.
  expect(Number(gone.to)).to.be.above(Number(door.to));
  expect(Number(came.inRoomAt)).to.be.above(0);
}

async function crashAfterHandOver(sandbox: Sandbox): Promise<void> {
  const meeting_url = link("fff-ffff-fff", LONG);
  const start = Date.now() + 14 * SECOND;
  const times = { start: fromNow(-30 * MINUTE), end: fromNow(30 * MINUTE) };
  const crashing = await writeMeeting(sandbox, { meeting_url, ...times });
  const first = await botOf(crashing);
  await waitForDocument(first, (found) => found.get("progress.bytes_stored") > 0 || undefined);
  const late = await openEnded(sandbox, "after-crash");
  const next = await writeMeeting(sandbox, {
    meeting_url: link("fff-ffff-fff", late.query),
    start: new Date(start),
  });
  const second = await botOf(next);
  await waitForDocument(second, (found) => found.get("phase") === "recording" || undefined);
  const [bot] = await processesOf(executionsOf(sandbox, first)[0], "meeting-bot");
  process.kill(Number(bot), "SIGKILL");

  const one = await endOf(first);
  await late.end();
  const other = await endOf(second);

  expect(one).to.include({ status: "done", partial: true });
  expect(other).to.include({ status: "done", partial: false });
  await expectOwn(crashing, first);
  await expectOwn(next, second);
  const presences = presencesAt(sandbox, meeting_url);
  expect(presences).to.have.length(2);
  expect(mostAtOnce(presences, presences[0]?.room ?? "")).to.equal(2);
}
