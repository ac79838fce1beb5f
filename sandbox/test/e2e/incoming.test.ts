import { createHmac } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { memorySource } from "../../../storage/test/bytes.ts";
import { ROOT } from "../../src/root.ts";
import type { Sandbox } from "../../src/sandbox.ts";
import {
  complaints,
  ending,
  objectNames,
  PATIENCE_MS,
  startTestSandbox,
  untilOver,
} from "./support.ts";

const KEY = "meeting-bot/ada/Google Meet Recording 3:15pm Feb 06 2026.webm";
const ENCODED = KEY.split("/").map(encodeURIComponent).join("/");

describe("a recording of a stand-alone meeting bot", function () {
  this.timeout(PATIENCE_MS);
  let sandbox: Sandbox;

  before(async () => {
    sandbox = await startTestSandbox("incoming", {
      launcher: "cloud-run",
      storage: "s3",
      settings: { IMPORT_BUCKETS: "s3://demo-recordings" },
    });
  });
  after(() => sandbox?.stop());

  function notice() {
    const blobUrl = `${sandbox.store.url}/${ENCODED}`;
    return JSON.stringify({
      recordingId: "rec-1",
      meetingLink: "https://meet.google.com/abc-defg-hij",
      status: "completed",
      blobUrl,
      timestamp: new Date().toISOString(),
      metadata: {
        userId: "ada",
        teamId: "acme",
        storage: {
          provider: "s3",
          bucket: "demo-recordings",
          key: KEY,
          endpoint: new URL(blobUrl).origin,
          forcePathStyle: true,
          url: blobUrl,
        },
      },
    });
  }

  async function post(body: string, secret: string) {
    const signature = createHmac("sha256", secret).update(body).digest("hex");
    const { functionsUrl, projectId } = sandbox;
    const response = await fetch(`${functionsUrl}/${projectId}/us-central1/recordingComplete`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Webhook-Signature": signature },
      body,
    });
    return { status: response.status, body: (await response.json()) as Record<string, string> };
  }

  it("becomes what one of our own becomes, once", async () => {
    const bytes = await readFile(join(ROOT, "sandbox/recordings/chromium-h264-opus.webm"));
    await sandbox.store.recordings.put(KEY, memorySource(bytes), {
      owner: { instance: "theirs", attempt: 1 },
      contentType: "video/webm",
    });
    const [secret = "", older = ""] = sandbox.secrets.NOTIFY_WEBHOOK_SECRET.split(" ");

    expect(await post(notice(), "guess")).to.deep.include({ status: 401 });
    const accepted = await post(notice(), secret);
    expect(accepted).to.deep.include({ status: 202 });
    const id = accepted.body["bot_instance_id"] ?? "";
    const { meeting, instance } = await ending(sandbox.firestore.doc(`meetings/${id}`));
    expect(instance, await complaints(sandbox)).to.include({ status: "done", partial: false });
    expect(await post(notice(), older)).to.deep.equal({
      status: 200,
      body: { status: "repeated", bot_instance_id: id },
    });

    expect(meeting).to.deep.include({
      status: "recorded",
      creator_organization_id: "acme",
      bot_instance_id: id,
    });
    expect(meeting["recording"].duration_seconds).to.be.closeTo(20, 0.3);
    await untilOver(sandbox);
    const folder = `recordings/ada/${id}/${id}`;
    expect((await objectNames(sandbox)).sort()).to.deep.equal(
      [KEY, `${folder}/audio.m4a`, `${folder}/video.mp4`].sort(),
    );
    expect(sandbox.cloudRun.executions()).to.have.length(1);
  });
});
