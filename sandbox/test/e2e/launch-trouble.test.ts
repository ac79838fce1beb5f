import { type DocumentData, type DocumentReference, Timestamp } from "@google-cloud/firestore";
import { status } from "@grpc/grpc-js";
import { MINUTE } from "@meeting-bot/core";
import { expect } from "chai";
import type { Fault } from "../../src/cloud-run/faults.ts";
import type { Sandbox } from "../../src/sandbox.ts";
import { waitForDocument } from "../../src/wait-for-document.ts";
import {
  botOf,
  endOf,
  executionsOf,
  openEnded,
  playStories,
  presencesAt,
  recordedBy,
  told,
  writeMeeting,
} from "./stories.ts";
import { processesOf, surely } from "./support.ts";

/** Each story has its own room. */
const link = (code: string, query: string) => `https://meet.google.com/${code}?${query}`;

playStories(
  "a meeting whose bot cannot be sent",
  {
    sweepSeconds: 1,
    settings: {
      // A minute for each launch, in a thirtieth of the time.
      LAUNCH_TIMEOUT_SECONDS: "1",
      LAUNCH_LEASE_SECONDS: "2",
      MEETING_JOIN_LEAD_SECONDS: "2",
      MAX_ATTEMPTS: "2",
      HEARTBEAT_LEASE_SECONDS: "5",
      RETRY_BASE_SECONDS: "0.1",
      RETRY_MAX_SECONDS: "0.1",
    },
    // What befalls the next launch befalls anybody's.
    atOnce: 1,
  },
  {
    "is recorded at the first attempt after six launches that nobody has answered": unanswered,
    "says at once what an operator has to mend, and is recorded as soon as that is mended": refused,
    "goes on, and is tried again, when LAUNCHER is changed under its running bot": launcherChanged,
  },
);

async function unanswered(sandbox: Sandbox): Promise<void> {
  const { errors, instance } = await troubled(sandbox, "aaa-aaaa-aaa", { kind: "lost" }, 6);
  expect(instance).to.include({ launch_failures: 6 });
  expect(errors.map(({ code }) => code)).to.include("LAUNCH_FAILED");
  for (const { message } of errors) expect(message).to.match(/^No bot was sent: .+\.$/);
}

async function refused(sandbox: Sandbox): Promise<void> {
  const fault: Fault = { kind: "refuse", code: status.PERMISSION_DENIED };
  const { errors, instance } = await troubled(sandbox, "bbb-bbbb-bbb", fault, 3);
  expect(instance).to.include({ launch_failures: 3 });
  for (const { code, message } of errors) {
    expect(code).to.equal("LAUNCH_FAILED");
    expect(message).to.match(/may not run the Cloud Run job .+ grant it roles\/run\./);
  }
}

/** A meeting is recorded in the end whose first launches suffer a fault; what it said meanwhile. */
async function troubled(sandbox: Sandbox, code: string, fault: Fault, times: number) {
  const meeting_url = link(code, "sandbox=h264&seconds=3");
  sandbox.cloudRun.inject(fault, times);
  const meeting = await writeMeeting(sandbox, { meeting_url });
  const errors: DocumentData[] = [];
  const statuses = new Set<string>();
  const unsubscribe = meeting.onSnapshot((found) => {
    const { status: is, error } = found.get("recording") ?? {};
    if (is) statuses.add(is);
    if (error) errors.push(error);
  });
  const bot = await botOf(meeting);
  for (let failures = 1; failures <= times; failures += 1) await hurry(bot, failures);
  const instance = await endOf(bot);
  const { recording } = await told(meeting, "done");
  unsubscribe();
  expect(instance).to.include({ status: "done", attempt: 1, partial: false });
  expect(recording.error).to.equal(undefined);
  expect(errors).not.to.deep.equal([]);
  expect(statuses).not.to.include("failed");
  expect(presencesAt(sandbox, meeting_url)).to.have.length(1);
  return { errors, instance };
}

/** Lets the time until the next launch pass, which is a minute at most. */
async function hurry(bot: DocumentReference, failures: number): Promise<void> {
  const wakeAt = await waitForDocument(bot, (found) => {
    const { launch_failures, status: is, wake_at } = found.data() ?? {};
    return is === "queued" && launch_failures === failures ? (wake_at as Timestamp) : undefined;
  });
  const leftMs = wakeAt.toMillis() - Date.now();
  expect(leftMs).to.be.below(1.1 * MINUTE);
  if (leftMs > 0) await surely(() => bot.update({ wake_at: Timestamp.now() }));
}

async function launcherChanged(sandbox: Sandbox): Promise<void> {
  const stories = await Promise.all(
    ["ccc-cccc-ccc", "ddd-dddd-ddd"].map(async (code) => {
      const { query, end } = await openEnded(sandbox, code);
      const meeting_url = link(code, query);
      const bot = await botOf(await writeMeeting(sandbox, { meeting_url }));
      await waitForDocument(bot, (found) => found.get("progress.bytes_stored") > 0 || undefined);
      return { meeting_url, bot, end };
    }),
  );
  const [steady, killed] = stories as [(typeof stories)[0], (typeof stories)[0]];

  await sandbox.changeLauncher("local");
  const [supervisor] = await processesOf(executionsOf(sandbox, killed.bot)[0], "manager");
  process.kill(Number(supervisor), "SIGKILL");

  await waitForDocument(killed.bot, (found) => found.get("attempt") === 2 || undefined);
  await recordedBy(killed.bot, 1);
  await Promise.all(stories.map(({ end }) => end()));
  const [one, other] = await Promise.all([endOf(steady.bot), endOf(killed.bot)]);
  expect(one).to.include({ status: "done", attempt: 1, partial: false });
  expect(one).to.have.nested.property("execution.launcher", "cloud-run");
  expect(other).to.include({ status: "done", attempt: 2, partial: true });
  expect(other).to.have.nested.property("execution.launcher", "local");
  expect(executionsOf(sandbox, killed.bot)).to.have.length(1);
  expect(presencesAt(sandbox, steady.meeting_url)).to.have.length(1);
  expect(presencesAt(sandbox, killed.meeting_url)).to.have.length(2);
}
