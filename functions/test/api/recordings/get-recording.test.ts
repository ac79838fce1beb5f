import { readFile } from "node:fs/promises";
import { SECOND } from "@meeting-bot/core";
import { openRecordingStore } from "@meeting-bot/storage";
import { expect } from "chai";
import { ApiUnderTest } from "../support/api-under-test.ts";
import { outputAt, store, writeRecorded } from "../support/recorded.ts";

interface Recording {
  artifacts: Record<string, string>[];
}

describe("GET /v1/meetings/{id}/recording", () => {
  let api: ApiUnderTest;
  beforeEach(async () => {
    api = await ApiUnderTest.start();
  });
  afterEach(() => api.stop());

  const get = (query = "") => api.request(`/v1/meetings/one/recording${query}`);

  it("shows each artifact, with an address to fetch it from", async () => {
    const uri = await store(api, "acme/video.mp4");
    await writeRecorded(api, { outputs: [outputAt(uri, { width: 1280, height: 720 })] });
    const { status, body } = await get();
    expect(status).to.equal(200);
    expect(body).to.deep.include({ bot_instance_id: "bot", status: "done", partial: false });
    expect(body).to.include({ duration_seconds: 12.5 });
    const [artifact = {}, ...more] = (body as unknown as Recording).artifacts;
    expect(more).to.deep.equal([]);
    expect(artifact).to.deep.include({
      kind: "video",
      uri,
      provider: "file",
      bucket: null,
      region: null,
      content_type: "video/mp4",
      width: 1280,
      height: 720,
    });
    expect(await readFile(new URL(String(artifact["url"])), "utf8")).to.equal("acme/video.mp4");
  });

  it("has addresses that are good for 15 minutes, or as long as is asked for", async () => {
    const uri = await store(api, "acme/video.mp4");
    await writeRecorded(api, { outputs: [outputAt(uri)] });
    for (const [query, seconds] of [
      ["", 900],
      ["?expires_seconds=60", 60],
    ] as const) {
      const { body } = await get(query);
      const expiresAt = (body as unknown as Recording).artifacts[0]?.["url_expires_at"];
      expect(Date.parse(String(expiresAt))).to.be.closeTo(Date.now() + seconds * SECOND, 5000);
    }
  });

  it("refuses addresses that are to be good for ever", async () => {
    for (const odd of ["0", "604801", "soon"]) {
      const { status, body } = await get(`?expires_seconds=${odd}`);
      expect(status).to.equal(400);
      expect(Object(body).errors[0].field).to.equal("query.expires_seconds");
    }
  });

  it("says bucket, key and region, and signs only for the bucket that is configured", async () => {
    const keys = { AWS_ACCESS_KEY_ID: "id", AWS_SECRET_ACCESS_KEY: "secret" };
    Object.assign(process.env, keys);
    try {
      const s3 = await openRecordingStore("s3://recordings", { s3: { region: "eu-central-1" } });
      api.services.recordings = async () => s3;
      api.services.recordingsAt = "s3://recordings";
      const [here, elsewhere] = ["s3://recordings/a/audio.m4a", "gs://former/a/video.mp4"];
      await writeRecorded(api, {
        outputs: [outputAt(elsewhere), outputAt(here, { kind: "audio" })],
      });
      const { body } = await get("?expires_seconds=120");
      const [video = {}, audio = {}] = (body as unknown as Recording).artifacts;
      expect(audio).to.include({
        provider: "s3",
        bucket: "recordings",
        key: "a/audio.m4a",
        region: "eu-central-1",
      });
      expect(audio["url"]).to.match(
        /^https:\/\/recordings\.s3\.eu-central-1\.amazonaws\.com\/a\/audio\.m4a\?/,
      );
      expect(audio["url"]).to.contain("X-Amz-Expires=120");
      expect(video).to.include({
        provider: "gs",
        bucket: "former",
        key: "a/video.mp4",
        region: "europe-west1",
      });
      expect(video).not.to.have.property("url");
    } finally {
      for (const name of Object.keys(keys)) delete process.env[name];
    }
  });

  it("finds none while nothing is recorded", async () => {
    await writeRecorded(api, { status: "processing" });
    expect((await get()).status).to.equal(404);
    await api.firestore.doc("meetings/one").update({ bot_instance_id: null });
    expect((await get()).status).to.equal(404);
    expect((await api.request("/v1/meetings/none/recording")).status).to.equal(404);
  });

  it("shows what was recorded of a meeting that was cancelled and has lost its bot", async () => {
    const uri = await store(api, "acme/video.mp4");
    await writeRecorded(
      api,
      { outputs: [outputAt(uri)], meetings: [] },
      { bot_instance_id: null, status: "cancelled" },
    );
    const { status, body } = await get();
    expect(status).to.equal(200);
    expect(body).to.include({ bot_instance_id: "bot" });
  });

  it("shows no other organisation's, whatever a user wrote into a meeting", async () => {
    const uri = await store(api, "umbrella/video.mp4");
    const theirs = { outputs: [outputAt(uri)], creatorOrganizationId: "umbrella" };
    await writeRecorded(api, theirs);
    expect((await get()).status).to.equal(404);
    await writeRecorded(api, theirs, { bot_instance_id: null });
    expect((await get()).status).to.equal(404);
    const token = api.userToken("eve", { organization_id: "umbrella" });
    const { status } = await api.request("/v1/meetings/one/recording", { token });
    expect(status).to.equal(404);
  });

  it("finds none where a user wrote an address that leads nowhere", async () => {
    for (const odd of ["x", "file:///etc/passwd", `${api.recordingsAt}/.meeting-bot/x`, 7]) {
      await writeRecorded(api, {}, { bot_instance_id: null, recording: { video_uri: odd } });
      expect((await get()).status, String(odd)).to.equal(404);
    }
  });
});
