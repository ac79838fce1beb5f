import { Timestamp } from "@google-cloud/firestore";
import { expect } from "chai";
import { DAY, HOUR, MINUTE } from "../../src/time.ts";
import type { StoreUnderTest } from "../support/firestore-under-test.ts";
import {
  ago,
  cancelling,
  claiming,
  completing,
  failingForGood,
  inOrg,
  newCall,
  OUTPUT,
  reporting,
  serveOnce,
  starting,
} from "./vocabulary.ts";
import { ALL, endpoint, endpointId, outboxOf } from "./webhook-vocabulary.ts";

/** What is written for those who ask to be told, with the change that they are told of. */
export function describeOutbox(use: () => StoreUnderTest): void {
  const outbox = outboxOf(use);

  describe("a delivery", () => {
    it("is due at once, states what happened, and expires in thirty days", async () => {
      await outbox.tell([endpoint()]);
      await use().write("meetings/one", inOrg());
      const id = await outbox.send();
      await outbox.record(id);
      const [name = ""] = await use().list("bot_webhook_deliveries");
      expect(name).to.match(/^msg_[0-9A-Za-z]{20}$/);
      const [delivery] = await outbox.deliveries();
      if (!delivery) throw new Error("there is none");
      const { created_at: createdAt, expires_at: expiresAt, ...fields } = delivery;
      if (!(createdAt instanceof Timestamp && expiresAt instanceof Timestamp)) {
        throw new Error("these are no instants");
      }
      expect(expiresAt.toMillis() - createdAt.toMillis()).to.equal(30 * DAY);
      expect(fields).to.deep.equal({
        organization_id: "org",
        endpoint_id: endpointId(0),
        type: "recording.completed",
        occurred_at: createdAt,
        data: {
          bot_instance_id: id,
          organization_id: "org",
          meetings: [{ id: "one", path: "meetings/one" }],
          status: "done",
          partial: false,
          duration_seconds: OUTPUT.durationSeconds,
          outputs: [
            {
              kind: "video",
              uri: OUTPUT.uri,
              content_type: OUTPUT.contentType,
              bytes: OUTPUT.bytes,
              crc32c: OUTPUT.crc32c,
              duration_seconds: OUTPUT.durationSeconds,
              codec: OUTPUT.codec,
            },
          ],
          error: null,
        },
        status: "pending",
        attempt: 0,
        wake_at: createdAt,
        attempts: [],
      });
    });

    it("is written for every change of status where that is asked for, and for no heartbeat", async () => {
      await outbox.tell([endpoint({ events: ALL })]);
      await use().write("meetings/one", inOrg({ start: ago(-HOUR) }));
      const id = await outbox.send();
      await use().edit(`bot_instances/${id}`, { wake_at: ago(0) });
      await use().store.transact(id, claiming("t"));
      await use().store.transact(id, starting);
      for (const _ of [1, 2, 3]) await use().store.transact(id, reporting);
      await use().store.transact(id, completing);
      const states = (await outbox.deliveries()).map(
        ({ type, data }) => `${type} ${data["status"]}`,
      );
      expect(states).to.have.members([
        "bot.status_changed queued",
        "bot.status_changed processing",
        "bot.status_changed done",
        "recording.completed done",
      ]);
    });

    it("tells of a failure, with its reason", async () => {
      await outbox.tell([endpoint()]);
      await use().write("meetings/one", inOrg());
      const id = await outbox.send();
      await use().store.transact(id, failingForGood("t"));
      const [delivery] = await outbox.deliveries();
      expect(delivery).to.include({ type: "recording.failed" });
      expect(delivery?.data["error"]).to.deep.equal({
        code: "BOT_CRASHED",
        message: "It fell.",
        stage: "join",
        retryable: false,
      });
    });

    it("tells of a meeting that cannot be served at all", async () => {
      await outbox.tell([endpoint()]);
      await use().write("meetings/one", inOrg({ meeting_url: "https://example.com/" }));
      await serveOnce(use(), "meetings/one");
      expect(await outbox.told()).to.deep.equal(["recording.failed one"]);
    });

    it("tells of a cancelled meeting alone, though its bot goes on for another one", async () => {
      await outbox.tell([endpoint()]);
      for (const path of ["meetings/one", "meetings/two"]) await use().write(path, inOrg());
      const id = await outbox.send();
      await serveOnce(use(), "meetings/two");
      await use().edit("meetings/two", { status: "cancelled" });
      await serveOnce(use(), "meetings/two");
      expect(await outbox.told()).to.deep.equal(["meeting.cancelled two"]);
      await outbox.record(id);
      expect(await outbox.told()).to.have.members([
        "meeting.cancelled two",
        "recording.completed one",
      ]);
    });

    it("tells of a deleted meeting, once", async () => {
      await outbox.tell([endpoint()]);
      await use().write("meetings/one", inOrg());
      const formerInstanceId = await outbox.send();
      await use().remove("meetings/one");
      for (const _ of [1, 2]) {
        await use().store.serve("meetings/one", { ...newCall(), formerInstanceId });
      }
      expect(await outbox.told()).to.deep.equal(["meeting.cancelled one"]);
    });

    it("tells a meeting that comes when the recording is done", async () => {
      await outbox.tell([endpoint()]);
      const start = ago(MINUTE);
      for (const path of ["meetings/one", "meetings/two"])
        await use().write(path, inOrg({ start }));
      const id = await outbox.send();
      await outbox.record(id);
      await serveOnce(use(), "meetings/two");
      expect(await outbox.told()).to.have.members([
        "recording.completed one",
        "recording.completed two",
      ]);
    });

    it("tells of a bot that nobody waits for any more, with the meeting that it was for", async () => {
      await outbox.tell([endpoint({ events: ALL })]);
      await use().write("meetings/one", inOrg({ start: ago(-HOUR) }));
      const id = await outbox.send();
      await use().store.transact(id, cancelling);
      expect(await outbox.told()).to.deep.equal([
        "bot.status_changed one",
        "bot.status_changed one",
      ]);
    });
  });
}
