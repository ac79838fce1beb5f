import { Timestamp } from "@google-cloud/firestore";
import { type RecordingStore, StorageError } from "@meeting-bot/core";
import { expect } from "chai";
import { ApiUnderTest, ORGANIZATION } from "../support/api-under-test.ts";
import { outputAt, store, storedNames, writeLink, writeRecorded } from "../support/recorded.ts";

const DEFAULT_FOLDER = "recordings/acme/one/bot";
const ROUNDS = 5;
const TOGETHER = 5;

describe("DELETE /v1/meetings/{id}/recording", () => {
  let api: ApiUnderTest;
  beforeEach(async () => {
    api = await ApiUnderTest.start();
  });
  afterEach(() => api.stop());

  const erase = (id = "one", token = api.token) =>
    api.requestLogged(`/v1/meetings/${id}/recording`, { method: "DELETE", token });
  const instance = async () => (await api.read("bot_instances/bot")) ?? {};

  it("removes every object of the recording, and every word of where they were", async () => {
    const uri = await store(api, `${DEFAULT_FOLDER}/video.mp4`);
    for (const name of ["audio.m4a", "audio-2.m4a", "raw/token/000001.part"]) {
      await store(api, `${DEFAULT_FOLDER}/${name}`);
    }
    const meetings = ["meetings/one", "meetings/two"];
    await writeRecorded(api, { outputs: [outputAt(uri)], meetings });
    await api.write("meetings/two", {
      creator_organization_id: ORGANIZATION,
      bot_instance_id: "bot",
      recording: { video_uri: uri },
    });

    expect((await erase()).status).to.equal(204);

    expect(await storedNames(api)).to.deep.equal([]);
    expect(await instance()).to.deep.include({ status: "done", outputs: [] });
    for (const path of meetings) {
      const { recording } = (await api.read(path)) ?? {};
      const told = ["status", "bot_instance_id", "erased_at", "recorded_by", "recorded_at"];
      expect(recording).to.have.all.keys(...told);
    }
    expect((await api.request("/v1/meetings/one/recording")).status).to.equal(404);
    const { body } = await api.request("/v1/meetings/one");
    expect(Object(body).recording).to.have.all.keys("status", "recorded_by", "erased_at");
  });

  it("keeps who did it and when: on the instance, in its history, in the log", async () => {
    await writeRecorded(api, { outputs: [outputAt(await store(api, `${DEFAULT_FOLDER}/v.mp4`))] });
    const { logs } = await erase();
    expect(await instance()).to.include({ erased_by: "user:ada" });
    expect((await instance())["recording_erased_at"]).to.be.instanceOf(Timestamp);
    const history = await api.firestore.collection("bot_instances/bot/bot_events").get();
    expect(history.docs.map((entry) => [entry.get("what"), entry.get("erased_by")])).to.deep.equal([
      ["recording-erased", "user:ada"],
    ]);
    expect(logs).to.contain("recording erased").and.contain('"objects":1');
  });

  it("names an API key by its id", async () => {
    await writeRecorded(api);
    const key = await api.apiKey();
    await erase("one", key);
    expect(await instance()).to.include({ erased_by: `key:${key.split("_")[1]}` });
  });

  it("does it in the folder that the document names, and leaves others' objects there", async () => {
    const uri = await store(api, "shared/video.mp4");
    await store(api, "shared/video-2.mp4", "another");
    await store(api, "shared/raw/other/000001.part", "another");
    await writeRecorded(api, { outputs: [outputAt(uri)], gcsPath: "shared" });
    expect((await erase()).status).to.equal(204);
    expect(await storedNames(api)).to.deep.equal([
      "shared/raw/other/000001.part",
      "shared/video-2.mp4",
    ]);
  });

  it("finds what is named after a meeting that has left since", async () => {
    const uri = await store(api, "recordings/acme/former/bot/video.mp4");
    await store(api, "recordings/acme/former/bot/audio.m4a");
    await writeRecorded(api, { outputs: [outputAt(uri)] });
    await erase();
    expect(await storedNames(api)).to.deep.equal([]);
  });

  it("removes what the meeting shows, not what another bot had recorded before or is recording now", async () => {
    const former = await store(api, "recordings/acme/one/former/video.mp4", "former");
    const uri = await store(api, `${DEFAULT_FOLDER}/video.mp4`);
    await store(api, "recordings/acme/one/next/raw/token/000001.part", "next");
    await writeRecorded(api, { outputs: [outputAt(former)] });
    await api.write("bot_instances/former", { ...(await instance()) });
    await api.write("bot_instances/next", { ...(await instance()), status: "processing" });
    const recording = { status: "processing", video_uri: uri, recorded_by: "bot" };
    await writeRecorded(api, { outputs: [outputAt(uri)] }, { bot_instance_id: "next", recording });
    expect((await erase()).status).to.equal(204);
    expect(await storedNames(api)).to.deep.equal([
      "recordings/acme/one/former/video.mp4",
      "recordings/acme/one/next/raw/token/000001.part",
    ]);
    expect(await instance()).to.include({ erased_by: "user:ada" });
    for (const other of ["former", "next"]) {
      expect(await api.read(`bot_instances/${other}`)).not.to.have.property("erased_by");
    }
  });

  it("removes the parts of a recording that failed", async () => {
    await store(api, `${DEFAULT_FOLDER}/raw/token/000001.part`);
    await writeRecorded(api, { status: "failed" });
    expect((await erase()).status).to.equal(204);
    expect(await storedNames(api)).to.deep.equal([]);
  });

  it("refuses while the bot waits or is at work, and removes nothing", async () => {
    await store(api, `${DEFAULT_FOLDER}/raw/token/000001.part`);
    for (const status of ["queued", "processing"] as const) {
      await writeRecorded(api, { status });
      const { status: answer, body } = await erase();
      expect(answer).to.equal(409);
      expect(body).to.include({ type: "urn:meeting-bot:problem:bot-at-work" });
    }
    expect(await storedNames(api)).to.have.length(1);
  });

  it("goes on where it was interrupted", async () => {
    const uri = await store(api, `${DEFAULT_FOLDER}/a.mp4`);
    await store(api, `${DEFAULT_FOLDER}/b.mp4`);
    await writeRecorded(api, { outputs: [outputAt(uri)] });
    const { recordings } = api.services;
    const broken = {
      list: (prefix: string) => api.recordings.list(prefix),
      remove: async (name: string) => {
        if (name.endsWith("b.mp4")) throw new StorageError("unavailable", "Try later.");
        await api.recordings.remove(name);
      },
    };
    api.services.recordings = async () => broken as RecordingStore;
    expect((await erase()).status).to.equal(500);
    expect(await instance()).not.to.have.property("recording_erased_at");
    api.services.recordings = recordings;
    expect((await erase()).status).to.equal(204);
    expect(await storedNames(api)).to.deep.equal([]);
    expect(await instance()).to.have.property("recording_erased_at");
  });

  it("serves several who ask for it at once", async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const uri = await store(api, `${DEFAULT_FOLDER}/video.mp4`);
      await store(api, `${DEFAULT_FOLDER}/audio.m4a`);
      await writeRecorded(api, { outputs: [outputAt(uri)] });
      const path = "/v1/meetings/one/recording";
      const asked = Array.from({ length: TOGETHER }, () => api.request(path, { method: "DELETE" }));
      const statuses = (await Promise.all(asked)).map(({ status }) => status);
      expect(statuses).to.deep.equal(Array(TOGETHER).fill(204));
      expect(await storedNames(api)).to.deep.equal([]);
    }
  });

  it("gives up on what others go on changing, and goes on when it is asked again", async () => {
    await store(api, `${DEFAULT_FOLDER}/video.mp4`);
    await writeRecorded(api);
    const { recordings } = api.services;
    const busy = {
      list: (prefix: string) => api.recordings.list(prefix),
      remove: async () => {
        throw new StorageError("precondition", "Somebody else has changed it meanwhile.");
      },
    };
    api.services.recordings = async () => busy as unknown as RecordingStore;
    expect((await erase()).status).to.equal(500);
    expect(await instance()).not.to.have.property("recording_erased_at");
    api.services.recordings = recordings;
    expect((await erase()).status).to.equal(204);
    expect(await storedNames(api)).to.deep.equal([]);
  });

  it("keeps the first who did it when it is done again", async () => {
    await writeRecorded(api);
    await erase();
    const before = await instance();
    await store(api, `${DEFAULT_FOLDER}/late.mp4`);
    expect((await erase("one", api.userToken("bob"))).status).to.equal(204);
    expect(await instance()).to.deep.equal(before);
    expect(await storedNames(api)).to.deep.equal([]);
  });

  it("serves a meeting that was cancelled and has lost its bot, and has all meetings told", async () => {
    const uri = await store(api, `${DEFAULT_FOLDER}/video.mp4`);
    await writeRecorded(api, { outputs: [outputAt(uri)], meetings: [] }, { bot_instance_id: null });
    const told: unknown[] = [];
    api.services.tell = async (id) => {
      told.push([id, (await instance())["outputs"]]);
    };
    expect((await erase()).status).to.equal(204);
    expect(await storedNames(api)).to.deep.equal([]);
    expect(told).to.deep.equal([["bot", []]]);
  });

  it("finds what is named after a meeting that is linked to the bot, or was", async () => {
    await store(api, "recordings/acme/first/bot/raw/token/000001.part");
    await writeRecorded(api, { status: "failed" });
    await writeLink(api, "bot", "meetings/first", { state: "former" });
    expect((await erase()).status).to.equal(204);
    expect(await storedNames(api)).to.deep.equal([]);
  });

  it("finds nothing to remove of a meeting without a bot, or another organisation's", async () => {
    await api.write("meetings/new", { creator_organization_id: ORGANIZATION });
    expect((await erase("new")).status).to.equal(404);
    expect((await erase("missing")).status).to.equal(404);
    const uri = await store(api, `${DEFAULT_FOLDER}/video.mp4`);
    await writeRecorded(api, { outputs: [outputAt(uri)] });
    const eve = api.userToken("eve", { organization_id: "umbrella" });
    expect((await erase("one", eve)).status).to.equal(404);
    await writeRecorded(api, { outputs: [outputAt(uri)], creatorOrganizationId: "umbrella" });
    expect((await erase()).status).to.equal(404);
    expect(await storedNames(api)).to.have.length(1);
  });

  it("refuses an id that no document can have", async () => {
    expect((await erase("__x__")).status).to.equal(400);
  });
});
