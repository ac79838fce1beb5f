import { type DocumentReference, Timestamp } from "@google-cloud/firestore";
import { SECOND } from "@meeting-bot/core";
import { expect } from "chai";
import { until } from "../../../test/eventually.ts";
import type { Sandbox } from "../../src/sandbox.ts";
import { botOf, executionsOf, playStories, writeMeeting } from "./stories.ts";
import { surely } from "./support.ts";

const ORDINARY = 200;
/** So many are written at a time, and are due at a time: each of our functions has a process for each of them. */
const AT_ONCE = 5;
/** Firestore takes 1,048,576 bytes at most: there is no room for what is told of a recording. */
const LARGE_BYTES = 1_048_000;
/** So far ahead that no task of the queue waits for it: the sweep is what sends its bot. */
const START = new Date("2099-01-01T09:00:00Z");
/** What a busy machine makes of the same work from one time to the next; a turn that is lost takes a minute. */
const NOISE_MS = 20 * SECOND;

playStories(
  "a meeting of 1,048,000 bytes",
  {
    mode: "accept",
    sweepSeconds: 1,
    settings: { MEETING_JOIN_LEAD_SECONDS: "0" },
  },
  { [`makes none of ${ORDINARY} others later, and comes to an end itself`]: hurtsNobody },
);

async function hurtsNobody(sandbox: Sandbox): Promise<void> {
  const alone = await timesOf(sandbox, 0);
  const large = await writeLarge(sandbox);
  const bot = await botOf(large);
  await bot.update({ wake_at: Timestamp.fromMillis(0) });
  const touching = setInterval(() => void large.update({ touched: Date.now() }), SECOND);

  const beside = await timesOf(sandbox, ORDINARY / 2).finally(() => clearInterval(touching));

  expect(beside.linked).to.be.below(alone.linked + NOISE_MS);
  expect(beside.launched).to.be.below(alone.launched + NOISE_MS);
  await surely(() => large.delete());
  await until(async () => {
    const { status, wake_at } = (await bot.get()).data() ?? {};
    return status !== "processing" && wake_at === undefined;
  }, 60 * SECOND);
}

/** A meeting that its user has let grow after it was given its bot. */
async function writeLarge(sandbox: Sandbox): Promise<DocumentReference> {
  const meeting_url = linkOf(9999);
  const meeting = await writeMeeting(sandbox, { meeting_url, start: START });
  await botOf(meeting);
  await surely(() => meeting.update({ minutes: "x".repeat(LARGE_BYTES - 1500) }));
  return meeting;
}

/** How long at most half of the ordinary meetings take to get their bots, and these to be launched, once due. */
async function timesOf(sandbox: Sandbox, from: number) {
  const rest = Array.from({ length: ORDINARY / 2 }, (_, index) => from + index).values();
  const times = { linked: 0, launched: 0 };
  const play = async () => {
    for (const number of rest) {
      const writtenAt = Date.now();
      const meeting = await writeMeeting(sandbox, { meeting_url: linkOf(number), start: START });
      const bot = await botOf(meeting);
      const linkedAt = Date.now();
      await surely(() => bot.update({ wake_at: Timestamp.now() }));
      await until(() => executionsOf(sandbox, bot).length > 0, 120 * SECOND);
      times.linked = Math.max(times.linked, linkedAt - writtenAt);
      times.launched = Math.max(times.launched, Date.now() - linkedAt);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, play));
  return times;
}

/** The link of a room of its own. */
function linkOf(number: number): string {
  const letters = [...String(number).padStart(4, "0")].map((digit) => "abcdefghij"[Number(digit)]);
  return `https://meet.google.com/aaa-${letters.join("")}-aaa`;
}
