import { BOT_EVENTS, BOT_INSTANCES, BOT_WEBHOOK_DELIVERIES, DAY, HOUR } from "@meeting-bot/core";
import { expect } from "chai";
import { taskId } from "../../src/timers/cloud-tasks-timer.ts";
import { DELIVERY_TASKS } from "../../src/timers/delivery-queue.ts";
import { LAUNCH_TASKS } from "../../src/timers/launch-queue.ts";
import { type Trigger, TriggerWorld } from "./support/trigger-world.ts";

/** Whatever a document may be called. */
const IDS = [
  "ordinary",
  "Réunion-42",
  "会议",
  "🚀",
  "with spaces in it",
  " begins and ends with one ",
  "   ",
  "100 %",
  "a%2Fb",
  "%F0%9F%9A%80",
  "å, composed and å, not",
];
/** No bot goes there, so that nothing is launched. */
const NOWHERE = { meeting_url: "https://example.com/room", status: "scheduled" };

const SETTINGS = {
  MEETINGS_QUERY_MODE: "collection_group",
  // Less than the outage below.
  MAX_RECORDING_DURATION_MINUTES: "120",
};
const OUTAGE_MS = 6 * HOUR;

describe("the triggers as they are deployed", function () {
  this.timeout(60_000);
  let world: TriggerWorld;
  let triggers: Record<string, Trigger>;

  before(async () => {
    world = await TriggerWorld.open(SETTINGS);
    // After the environment: what the triggers are bound to is read with their module.
    triggers = (await import("../../src/index.ts")) as unknown as Record<string, Trigger>;
  });
  after(() => world.close());

  const trigger = (name: string): Trigger => triggers[name] ?? expect.fail(`There is no ${name}.`);
  const read = async (path: string) => (await world.firestore.doc(path).get()).data() ?? {};

  describe("a document of any name", () => {
    for (const id of IDS) {
      for (const collection of ["meetings", "organizations/Zürich/meetings"]) {
        it(`is a meeting that is served: ${collection}/${id}`, async () => {
          const path = `${collection}/${id}`;
          await world.firestore.doc(path).set(NOWHERE);
          await world.deliver(trigger("onMeetingWritten"), path, NOWHERE);
          expect(await read(path)).to.have.nested.property(
            "recording.error.code",
            "UNSUPPORTED_URL",
          );
        });
      }

      it(`is a meeting whose deletion is heard: ${id}`, async () => {
        const path = `meetings/deleted ${id}`;
        const start = new Date(Date.now() + HOUR);
        const wanted = { meeting_url: "https://meet.google.com/abc-defg-hij", status: "scheduled" };
        await world.firestore.doc(path).set({ ...wanted, start });
        await world.deliver(trigger("onMeetingWritten"), path, { ...wanted, start });
        const { bot_instance_id: bot } = await read(path);
        expect(bot).to.be.a("string");
        await world.firestore.doc(path).delete();
        const last = { ...wanted, start, bot_instance_id: String(bot) };
        await world.deliver(trigger("onMeetingWritten"), path, last, "deleted");
        expect(await read(`${BOT_INSTANCES}/${bot}`)).to.include({ status: "cancelled" });
      });

      it(`is an instance of others that is taken up: ${id}`, async () => {
        const path = `${BOT_INSTANCES}/${id}`;
        const fields = { ...NOWHERE, status: "queued" };
        await world.firestore.doc(path).set(fields);
        await world.deliver(trigger("onBotInstanceCreated"), path, fields, "created");
        expect(await read(path)).to.have.nested.property("error.code", "UNSUPPORTED_URL");
      });

      it(`is an instance whose next attempt gets its timer: ${id}`, async () => {
        const wakeAt = new Date(Date.now() + HOUR);
        const retry = { what: "queued", error: { code: "BOT_CRASHED" }, wake_at: wakeAt };
        const path = `${BOT_INSTANCES}/${id}/${BOT_EVENTS}/e`;
        await world.deliver(trigger("onBotEventCreated"), path, retry, "created");
        const task = taskId(id, wakeAt.getTime());
        expect(await world.hasTask(LAUNCH_TASKS.functionName, task)).to.equal(true);
      });

      it(`is a delivery that gets its task: ${id}`, async () => {
        const wakeAt = new Date(Date.now() + HOUR);
        const path = `${BOT_WEBHOOK_DELIVERIES}/${id}`;
        await world.deliver(
          trigger("onWebhookDeliveryCreated"),
          path,
          { wake_at: wakeAt },
          "created",
        );
        const task = taskId(id, wakeAt.getTime());
        expect(await world.hasTask(DELIVERY_TASKS.functionName, task)).to.equal(true);
      });
    }
  });

  describe("an event that waited out a long outage", () => {
    const start = new Date(Date.now() + 7 * DAY);
    const wanted = {
      meeting_url: "https://meet.google.com/abc-defg-hij",
      status: "scheduled",
      start,
    };
    const longAgo = () => new Date(Date.now() - OUTAGE_MS);

    async function planned(path: string): Promise<string> {
      await world.firestore.doc(path).set(wanted);
      await world.deliver(trigger("onMeetingWritten"), path, wanted, "written", longAgo());
      const { bot_instance_id: bot } = await read(path);
      expect(await read(`${BOT_INSTANCES}/${bot}`)).to.include({ status: "queued" });
      return String(bot);
    }

    it("gives next week's meeting its bot", async () => {
      await planned("meetings/next week");
    });

    it("takes the bot off a meeting that was cancelled", async () => {
      const bot = await planned("meetings/cancelled");
      await world.firestore.doc("meetings/cancelled").update({ status: "cancelled" });
      const fields = { ...wanted, status: "cancelled", bot_instance_id: bot };
      await world.deliver(
        trigger("onMeetingWritten"),
        "meetings/cancelled",
        fields,
        "written",
        longAgo(),
      );
      expect(await read(`${BOT_INSTANCES}/${bot}`)).to.include({ status: "cancelled" });
    });

    it("takes the bot off a meeting that was deleted", async () => {
      const bot = await planned("meetings/deleted");
      await world.firestore.doc("meetings/deleted").delete();
      const last = { ...wanted, bot_instance_id: bot };
      await world.deliver(
        trigger("onMeetingWritten"),
        "meetings/deleted",
        last,
        "deleted",
        longAgo(),
      );
      expect(await read(`${BOT_INSTANCES}/${bot}`)).to.include({ status: "cancelled" });
    });
  });
});
