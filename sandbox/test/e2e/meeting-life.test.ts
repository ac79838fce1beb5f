import type { DocumentData, DocumentReference } from "@google-cloud/firestore";
import { BOT_LINKS, MINUTE, SECOND } from "@meeting-bot/core";
import { expect } from "chai";
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
import { objectNames, processesOf, surely } from "./support.ts";

const LONG = "sandbox=h264&seconds=600";
const fromNow = (ms: number) => new Date(Date.now() + ms);
/** Each story has its own room. */
const link = (code: string, query: string) => `https://meet.google.com/${code}?${query}`;

playStories(
  "the life of a meeting",
  {
    sweepSeconds: 1,
    settings: { HEARTBEAT_LEASE_SECONDS: "4", RETRY_BASE_SECONDS: "0.5" },
    atOnce: 3,
  },
  {
    "sends another bot for one that is killed after the old end, when it was extended": extended,
    "keeps what was recorded when it is cancelled in mid-recording, for the API to show and to erase":
      cancelledAndErased,
    "gives and lets erase nothing to a copy that was cancelled early, and all to the other":
      earlyLeaver,
    "never shows a recording to the organisation that writes the document again": writtenAgain,
    "stays as it is recorded when its `end` and its `start` are edited afterwards":
      editedAfterwards,
  },
);

async function cancelledAndErased(sandbox: Sandbox): Promise<void> {
  const api = await openApi(sandbox);
  const meeting_url = link("aaa-aaaa-aaa", LONG);
  const { status: written, body } = await api("POST", "/v1/meetings", { meeting_url });
  expect(written).to.equal(201);
  const meeting = sandbox.firestore.doc(`meetings/${body["id"]}`);
  const bot = await botOf(meeting);
  await recordedBy(bot, 3);

  expect((await api("POST", `/v1/meetings/${meeting.id}/cancel`)).status).to.equal(200);

  const { outputs } = await endOf(bot);
  const { recording, bot_instance_id } = await told(meeting, "done");
  expect(bot_instance_id).to.equal(null);
  expect(recording).to.include({ partial: true, video_uri: outputs[0].uri });
  for (const path of [`/v1/meetings/${meeting.id}/recording`, `/v1/recordings/${bot.id}`]) {
    const { status, body: shown } = await api("GET", path);
    expect(status, path).to.equal(200);
    expect(shown["artifacts"], path).to.have.length(2);
  }
  expect(await objectsOf(sandbox, bot)).to.have.length.of.at.least(2);

  const erased = await api("DELETE", `/v1/meetings/${meeting.id}/recording`);

  expect(erased.status).to.be.within(200, 204);
  expect(await objectsOf(sandbox, bot)).to.deep.equal([]);
  await waitForDocument(meeting, (found) => found.get("recording.erased_at"));
  expect((await meeting.get()).get("recording")).not.to.have.any.keys("video_uri", "audio_uri");
}

async function earlyLeaver(sandbox: Sandbox): Promise<void> {
  const api = await openApi(sandbox);
  const { query, end } = await openEnded(sandbox, "early-leaver");
  const meeting_url = link("bbb-bbbb-bbb", query);
  const stayer = await writeMeeting(sandbox, { meeting_url });
  const bot = await botOf(stayer);
  const leaver = await writeMeeting(sandbox, { meeting_url });
  expect((await botOf(leaver)).id).to.equal(bot.id);
  await recordedBy(bot, 1);

  await surely(() => leaver.update({ status: "cancelled" }));
  await told(leaver, "cancelled");
  await end();

  const instance = await endOf(bot);
  expect(instance).to.include({ status: "done", partial: false });
  const recording = (await told(stayer, "done"))["recording"];
  expect(recording.video_uri).to.equal(instance["outputs"][0].uri);
  const left = (await told(leaver, "cancelled"))["recording"];
  expect(left).not.to.have.any.keys("video_uri", "audio_uri", "recorded_by");
  const { status } = await api("GET", `/v1/meetings/${leaver.id}/recording`);
  expect(status).to.equal(404);
  for (const what of ["recording", "recordings"]) {
    await api("DELETE", `/v1/meetings/${leaver.id}/${what}`);
  }
  expect(await objectsOf(sandbox, bot)).to.have.length.of.at.least(2);
  const kept = await api("GET", `/v1/meetings/${stayer.id}/recording`);
  expect(kept.status).to.equal(200);
  await api("DELETE", `/v1/meetings/${stayer.id}/recording`);
  expect(await objectsOf(sandbox, bot)).to.deep.equal([]);
}

async function writtenAgain(sandbox: Sandbox): Promise<void> {
  const [ours, theirs] = await Promise.all([openApi(sandbox), openApi(sandbox, "globex")]);
  const meeting_url = link("ccc-cccc-ccc", LONG);
  const meeting = await writeMeeting(sandbox, { meeting_url });
  const bot = await botOf(meeting);
  await recordedBy(bot, 3);

  await surely(() => meeting.delete());
  const again = { creator_organization_id: "globex", start: fromNow(60 * MINUTE) };
  await writeMeeting(sandbox, { meeting_url, ...again }, meeting);

  const shown: DocumentData[] = [];
  const unsubscribe = meeting.onSnapshot((found) => shown.push(found.data() ?? {}));
  const { outputs } = await endOf(bot);
  const next = await botOf(meeting, bot);
  unsubscribe();
  expect(next.id).not.to.equal(bot.id);
  expect(shown).not.to.deep.equal([]);
  for (const state of [...shown, (await meeting.get()).data()]) {
    expect(JSON.stringify(state)).not.to.include(bot.id).and.not.to.include(outputs[0].uri);
  }
  for (const path of [`meetings/${meeting.id}/recording`, `recordings/${bot.id}`]) {
    expect((await theirs("GET", `/v1/${path}`)).status, path).to.equal(404);
    await theirs("DELETE", `/v1/${path}`);
  }
  await theirs("DELETE", `/v1/meetings/${meeting.id}/recordings`);
  expect(await objectsOf(sandbox, bot)).to.have.length.of.at.least(2);
  expect((await ours("GET", `/v1/recordings/${bot.id}`)).status).to.equal(200);
}

async function editedAfterwards(sandbox: Sandbox): Promise<void> {
  const meeting_url = link("ddd-dddd-ddd", "sandbox=h264&seconds=3");
  const times = { start: fromNow(0), end: fromNow(10 * MINUTE) };
  const named = sandbox.firestore.doc("meetings/Réunion-42");
  const meeting = await writeMeeting(sandbox, { meeting_url, ...times }, named);
  const bot = await botOf(meeting);
  await endOf(bot);
  const before = (await told(meeting, "done"))["recording"];

  for (const edit of [{ end: fromNow(30 * MINUTE) }, { start: fromNow(-30 * MINUTE) }]) {
    const { request_hash } = (await meeting.get()).get("recording");
    await surely(() => meeting.update(edit));
    await waitForDocument(meeting, (found) =>
      found.get("recording.request_hash") === request_hash ? undefined : true,
    );
  }

  const { recording, bot_instance_id } = (await meeting.get()).data() ?? {};
  expect(bot_instance_id).to.equal(bot.id);
  expect({ ...recording, request_hash: "" }).to.deep.equal({ ...before, request_hash: "" });
  expect(presencesAt(sandbox, meeting_url)).to.have.length(1);
}

async function extended(sandbox: Sandbox): Promise<void> {
  const { query, end } = await openEnded(sandbox, "extended");
  const meeting_url = link("eee-eeee-eee", query);
  const times = { start: fromNow(-60 * MINUTE), end: fromNow(10 * MINUTE) };
  const meeting = await writeMeeting(sandbox, { meeting_url, ...times });
  const bot = await botOf(meeting);
  await waitForDocument(bot, (found) => found.get("progress.bytes_stored") > 0 || undefined);
  // So long ago that nobody would go back.
  const past = fromNow(-20 * MINUTE);
  await surely(() => meeting.update({ end: past }));
  await waitForDocument(bot, (found) => isNear(found.get("end_at"), past));

  const later = fromNow(30 * MINUTE);
  await surely(() => meeting.update({ end: later }));
  await waitForDocument(bot, (found) => isNear(found.get("end_at"), later));
  const [supervisor] = await processesOf(executionsOf(sandbox, bot)[0], "manager");
  process.kill(Number(supervisor), "SIGKILL");
  await waitForDocument(bot, (found) => found.get("attempt") === 2 || undefined);
  await recordedBy(bot, 1);
  await end();

  const instance = await endOf(bot);
  expect(instance).to.include({ status: "done", attempt: 2, partial: true });
  expect(instance["gaps"]).to.have.length(1);
  expect(presencesAt(sandbox, meeting_url)).to.have.length(2);
  const { size } = await bot.collection(BOT_LINKS).get();
  expect(size).to.equal(1);
}

function isNear(at: { toMillis(): number } | undefined, date: Date): true | undefined {
  return Math.abs((at?.toMillis() ?? 0) - date.getTime()) < SECOND || undefined;
}

/** What a bot has left in the bucket. */
async function objectsOf(sandbox: Sandbox, bot: DocumentReference): Promise<string[]> {
  return (await objectNames(sandbox)).filter((name) => name.includes(bot.id));
}
