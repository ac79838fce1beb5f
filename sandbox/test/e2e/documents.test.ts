import type { DocumentData } from "@google-cloud/firestore";
import {
  BOT_INSTANCES,
  complete,
  DEFAULT_LEASE_RULES,
  FirestoreBotInstanceStore,
  MINUTE,
  namingOf,
  namingSettings,
  readSettings,
  SECOND,
} from "@meeting-bot/core";
import { expect } from "chai";
import { until } from "../../../test/eventually.ts";
import type { Sandbox } from "../../src/sandbox.ts";
import { writtenEvent } from "../../src/written-event.ts";
import { EARLIER_MEETINGS, earlierLink, HOLDER, writeEarlierDatabase } from "./earlier-database.ts";
import { largeHurtsNobody } from "./large-document.ts";
import { botOf, endOf, executionsOf, playStories, told, writeMeeting } from "./stories.ts";
import { deliverEvent, surely } from "./support.ts";

playStories(
  "documents of others",
  { mode: "accept", sweepSeconds: 3600, atOnce: 1 },
  {
    "of a database that the version before has written gain and lose no bot, whichever are touched":
      gainsAndLosesNone,
    "of such a database are gone on with: their bots are joined, sent, left and ended":
      isGoneOnWith,
    "that have 1,048,000 bytes make none of 200 others later, and keep nobody busy for long":
      largeHurtsNobody,
  },
);

async function gainsAndLosesNone(sandbox: Sandbox): Promise<void> {
  const { firestore, schedules, cloudRun } = sandbox;
  await writeEarlierDatabase(firestore);
  const before = await contents(sandbox);
  expect(Object.keys(before)).to.have.length(5);

  for (const path of EARLIER_MEETINGS) {
    await deliverWrite(sandbox, path);
    await surely(() => firestore.doc(path).update({ title: "Touched" }));
    await deliverWrite(sandbox, path);
  }
  for (const schedule of Object.values(schedules)) await schedule.fire();

  expect(await contents(sandbox)).to.deep.equal(before);
  expect(cloudRun.executions()).to.deep.equal([]);
}

/** A write's event is delivered to the deployed function, which has handled it then. */
async function deliverWrite(sandbox: Sandbox, path: string): Promise<void> {
  const fields = { meeting_url: "https://meet.google.com/abc-defg-hij", status: "scheduled" };
  const event = writtenEvent(sandbox.projectId, path, fields);
  expect(await deliverEvent(sandbox, "onMeetingWritten", event)).to.equal(200);
}

/** What every bot is for and has come to, and what its meetings say of it. */
async function contents({ firestore }: Sandbox): Promise<DocumentData> {
  const [instances, meetings] = await Promise.all(
    [BOT_INSTANCES, "meetings"].map((name) => firestore.collection(name).get()),
  );
  const shown = meetings?.docs.map((found) => {
    const { status, video_uri } = found.get("recording");
    return { path: found.ref.path, status, video_uri, bot: found.get("bot_instance_id") };
  });
  return Object.fromEntries(
    (instances?.docs ?? []).map((found) => {
      const { status, attempt, wake_at } = found.data();
      const itsMeetings = shown?.filter(({ bot }) => bot === found.id);
      return [found.id, { status, attempt, wake_at, meetings: itsMeetings }];
    }),
  );
}

async function isGoneOnWith(sandbox: Sandbox): Promise<void> {
  const { firestore, schedules } = sandbox;
  const bot = (id: string) => firestore.collection(BOT_INSTANCES).doc(id);
  const meeting = (name: string) => firestore.collection("meetings").doc(name);
  const start = new Date("2099-01-01T09:00:30Z");
  const copy = await writeMeeting(sandbox, { meeting_url: earlierLink("planned"), start });
  const now = await writeMeeting(sandbox, { meeting_url: earlierLink("at-work") });
  expect([(await botOf(copy)).id, (await botOf(now)).id]).to.deep.equal(["planned", "at-work"]);
  const joinedAt = Date.now();

  await bot("planned").update({ wake_at: new Date(Date.now() - 5 * MINUTE) });
  await schedules.sweep.fire();
  for (const one of [meeting("planned"), copy]) await told(one, "processing");
  expect(executionsOf(sandbox, bot("planned"))).to.have.length(1);

  await surely(() => meeting("shared").update({ status: "cancelled" }));
  await until(async () => (await meeting("shared").get()).get("bot_instance_id") === null);
  expect((await bot("shared").get()).get("status")).to.equal("queued");
  await surely(() => meeting("shared-copy").delete());
  expect((await endOf(bot("shared")))["status"]).to.equal("cancelled");

  // Who joins a bot in its last five seconds gets one anew.
  await until(() => Date.now() - joinedAt > 6 * SECOND);
  const naming = namingOf(readSettings(namingSettings, {}));
  const store = new FirestoreBotInstanceStore(firestore, naming, DEFAULT_LEASE_RULES);
  const uri = "gs://demo-recordings/acme/at-work/video.mp4";
  const file = { kind: "video", contentType: "video/mp4", bytes: 1, crc32c: "AAAAAA==" } as const;
  const output = { ...file, uri, durationSeconds: 1, codec: "h264" };
  await store.transact("at-work", (instance, at) =>
    complete(instance, { ...HOLDER, outputs: [output], partial: false }, at),
  );
  for (const one of [meeting("at-work"), now]) {
    const { recording } = await told(one, "done");
    expect(recording).to.include({ video_uri: uri, recorded_by: "at-work" });
  }
  const { size } = await firestore.collection(BOT_INSTANCES).get();
  expect(size).to.equal(5);
}
