import type { Firestore } from "@google-cloud/firestore";
import { expect } from "chai";
import { newProjectId, openFirestore } from "../../../core/test/support/emulator.ts";
import { NAMING } from "../../../core/test/support/instances.ts";
import { freePort } from "../../../sandbox/src/ports.ts";
import { FirestoreMeetingStore } from "../../src/api/firestore/firestore-meeting-store.ts";
import { readMeetingPlace } from "../../src/api/meetings/meeting-place.ts";
import { withPatience } from "../../src/patience.ts";
import { ApiUnderTest } from "./support/api-under-test.ts";

const meeting_url = "https://meet.google.com/abc-defg-hij";

describe("the API without its database", () => {
  let api: ApiUnderTest;
  let away: Firestore;
  before(async () => {
    api = await ApiUnderTest.start();
    // Where nobody listens.
    away = openFirestore(newProjectId(), `127.0.0.1:${await freePort()}`);
    const store = new FirestoreMeetingStore(away, readMeetingPlace("meetings"), NAMING.meeting);
    api.services.meetings = withPatience(store, 200);
  });
  after(async () => {
    await Promise.all([api.stop(), away.terminate()]);
  });

  it("answers 503 soon, and when to come back", async () => {
    for (const [method, path, json] of [
      ["GET", "/v1/meetings", undefined],
      ["POST", "/v1/meetings", { meeting_url }],
      ["GET", "/v1/meetings/one", undefined],
      ["PATCH", "/v1/meetings/one", { bot_name: "x" }],
      ["POST", "/v1/meetings/one/cancel", undefined],
      ["POST", "/v1/meetings/one/retry", undefined],
      ["GET", "/v1/meetings/one/recording", undefined],
      ["DELETE", "/v1/meetings/one/recordings", undefined],
    ] as const) {
      const { status, headers, body, logs } = await api.requestLogged(path, { method, json });
      expect(status, `${method} ${path}`).to.equal(503);
      expect(headers.get("retry-after")).to.equal("5");
      expect(body).to.include({ type: "urn:meeting-bot:problem:unavailable" });
      expect(logs).to.contain("request failed").and.contain(String(body?.["instance"]));
    }
  });
});
