import { ConfigurationError, importIdOf } from "@meeting-bot/core";
import { expect } from "chai";
import {
  firestoreUnderTest,
  type StoreUnderTest,
} from "../../../core/test/support/firestore-under-test.ts";
import { RULES } from "../../../core/test/support/instances.ts";
import type { NoticeServices } from "../../src/incoming/receive-notice.ts";
import { captureLogs } from "../support/capture-logs.ts";
import { noticeOf } from "./support/notices.ts";
import { type Receiver, sign, startReceiver } from "./support/receiver.ts";

const ID = importIdOf("rec-1");

describe("a notice of a finished recording is answered", () => {
  let under: StoreUnderTest;
  let receiver: Receiver;
  let config: NoticeServices["config"];
  let secrets: () => readonly string[];
  let store: NoticeServices["store"];
  let logs: string;

  beforeEach(async () => {
    under = await firestoreUnderTest();
    logs = "";
    secrets = () => ["new-secret", "old-secret"];
    config = {
      ...RULES,
      importBuckets: ["s3://imports"],
      s3Endpoint: "https://minio.example.com",
      meetingsPath: "meetings",
    };
    store = under.store;
    const services = () => ({ store, config, secrets, now: Date.now });
    receiver = await startReceiver(services);
  });
  afterEach(async () => {
    await receiver.stop();
    await under.close();
  });

  /** Posts a notice, signed unless `headers` say otherwise. */
  async function send(notice: unknown, init: RequestInit = {}) {
    const body = typeof notice === "string" ? notice : JSON.stringify(notice);
    const headers = {
      "Content-Type": "application/json",
      "X-Webhook-Signature": sign(body, "new-secret"),
      ...init.headers,
    };
    const response = await fetch(receiver.url, { method: "POST", body, ...init, headers });
    const type = response.headers.get("Content-Type");
    const answer = (await response.json()) as Record<string, string>;
    const retryAfter = response.headers.get("Retry-After");
    return { status: response.status, type, retryAfter, body: answer };
  }

  /** Does something and keeps what is logged meanwhile. */
  async function quietly<T>(act: () => Promise<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    logs += await captureLogs(() => act().then(resolve, reject));
    return promise;
  }

  const post: typeof send = (...request) => quietly(() => send(...request));

  /** Every document that there is. */
  async function written() {
    const collections = ["bot_instances", "meetings", "bot_sessions", "bot_webhook_deliveries"];
    return (await Promise.all(collections.map((name) => under.list(name)))).flat();
  }

  it("with 202 once it is to be imported, for a meeting of its own", async () => {
    expect(await post(noticeOf())).to.deep.include({
      status: 202,
      body: { status: "created", bot_instance_id: ID },
    });
    expect(await under.read(`bot_instances/${ID}`)).to.deep.include({
      status: "queued",
      creator_organization_id: "acme",
      source: {
        uri: "s3://imports/meeting-bot/ada/Google Meet Recording 3:15pm Feb 06 2026.webm",
        recording_id: "rec-1",
        duration_seconds: 1800,
      },
    });
    expect(await under.read(`meetings/${ID}`)).to.include({
      status: "recorded",
      creator_user_id: "ada",
      bot_instance_id: ID,
    });
  });

  it("with 200 when it is repeated, and nothing is changed", async () => {
    await post(noticeOf());
    const before = await under.read(`bot_instances/${ID}`);
    expect(await post(noticeOf({ timestamp: "2026-02-06T16:45:00.000Z" }))).to.deep.include({
      status: 200,
      body: { status: "repeated", bot_instance_id: ID },
    });
    expect(await under.read(`bot_instances/${ID}`)).to.deep.equal(before);
    expect(await written()).to.have.length(2);
  });

  it("with 202 and 200 when two come at once", async () => {
    const answers = await quietly(() => Promise.all([send(noticeOf()), send(noticeOf())]));
    expect(answers.map(({ status }) => status).sort()).to.deep.equal([200, 202]);
    expect(await written()).to.have.length(2);
  });

  it("with 202 when it is signed with the secret that is being replaced", async () => {
    const body = JSON.stringify(noticeOf());
    const headers = { "X-Webhook-Signature": sign(body, "old-secret") };
    expect(await post(body, { headers })).to.include({ status: 202 });
  });

  it("with 202 where the meetings are below their organisation", async () => {
    config = { ...config, meetingsPath: "organizations/{organizationId}/meetings" };
    expect(await post(noticeOf())).to.include({ status: 202 });
    expect(await under.read(`organizations/acme/meetings/${ID}`)).to.include({
      bot_instance_id: ID,
    });
  });

  for (const [what, url] of [
    ["path-style", "https://s3.eu-central-1.amazonaws.com/imports/a%20b.webm"],
    ["virtual-hosted", "https://imports.s3.eu-central-1.amazonaws.com/a%20b.webm"],
    ["path-style at our endpoint", "https://minio.example.com/imports/a%20b.webm"],
    ["virtual-hosted at our endpoint", "https://imports.minio.example.com/a%20b.webm"],
  ]) {
    it(`with 202 to an address that is ${what}`, async () => {
      expect(await post(noticeOf({ blobUrl: url }, { storage: null }))).to.include({ status: 202 });
      const { source } = (await under.read(`bot_instances/${ID}`)) ?? {};
      expect(source).to.include({ uri: "s3://imports/a b.webm" });
    });
  }

  /** Posts what must be refused, and makes sure that it has changed nothing. */
  async function refusal(notice: unknown, init: RequestInit = {}) {
    const { status, type, body } = await post(notice, init);
    expect(type).to.match(/^application\/problem\+json/);
    expect(body).to.include({ status });
    expect(await written()).to.deep.equal([]);
    return { status, kind: body["type"]?.split(":").at(-1), detail: body["detail"] };
  }

  const signedWith = (secret: string) => ({
    headers: { "X-Webhook-Signature": sign(JSON.stringify(noticeOf()), secret) },
  });
  const refused: [
    what: string,
    status: number,
    kind: string,
    notice: unknown,
    init?: RequestInit,
  ][] = [
    ["is no JSON", 400, "malformed-body", "{"],
    ["says no recording", 400, "invalid-request", { status: "completed" }],
    ["tells of a failure", 400, "invalid-request", noticeOf({ status: "failed" })],
    [
      "says two things of where it is",
      400,
      "invalid-request",
      noticeOf({ blobUrl: "https://imports.s3.amazonaws.com/other.webm" }),
    ],
    [
      "does not say where it is",
      400,
      "invalid-request",
      noticeOf({ blobUrl: null, metadata: null }),
    ],
    [
      "is not signed",
      401,
      "wrong-signature",
      noticeOf(),
      { headers: { "X-Webhook-Signature": "" } },
    ],
    ["is signed by somebody else", 401, "wrong-signature", noticeOf(), signedWith("guess")],
    [
      "is signed as another body is",
      401,
      "wrong-signature",
      noticeOf({ recordingId: "rec-2" }),
      signedWith("new-secret"),
    ],
    [
      "is in a bucket of somebody else's",
      403,
      "foreign-bucket",
      noticeOf({ blobUrl: "https://private.s3.amazonaws.com/key.webm" }, { storage: null }),
    ],
    [
      "is in a bucket of that name elsewhere",
      403,
      "foreign-bucket",
      noticeOf({ blobUrl: "https://storage.googleapis.com/imports/key.webm" }, { storage: null }),
    ],
    ["is put", 405, "method-not-allowed", noticeOf(), { method: "PUT" }],
    ["is larger than any", 413, "body-too-large", noticeOf({ speakers: "x".repeat(65_536) })],
  ];
  for (const [what, status, kind, notice, init] of refused) {
    it(`with ${status} when it ${what}`, async () => {
      expect(await refusal(notice, init)).to.include({ status, kind });
    });
  }

  it("with 405 when it is a question, which says what can be done", async () => {
    const response = await quietly(() => fetch(receiver.url));
    expect(response.status).to.equal(405);
    expect(response.headers.get("Allow")).to.equal("POST");
  });

  it("with 401 to who knows no secret, whatever else is wrong", async () => {
    const headers = { "X-Webhook-Signature": sign("{", "guess") };
    expect(await refusal("{", { headers })).to.include({ status: 401 });
  });

  it("with 403 and the reason where nothing may be imported", async () => {
    config = { ...config, importBuckets: [] };
    const { status, detail } = await refusal(noticeOf());
    expect(status).to.equal(403);
    expect(detail).to.contain("IMPORT_BUCKETS is not set");
  });

  it("with 400 where nobody knows which meetings it belongs to", async () => {
    config = { ...config, meetingsPath: "organizations/{organizationId}/meetings" };
    const { status, detail } = await refusal(noticeOf({}, { teamId: "a/b" }));
    expect(status).to.equal(400);
    expect(detail).to.contain("organizations/{organizationId}/meetings");
  });

  it("with 500, and no word of the secret, where that cannot be used", async () => {
    secrets = () => {
      throw new ConfigurationError("The secret NOTIFY_WEBHOOK_SECRET holds 0 secrets.");
    };
    expect(await refusal(noticeOf())).to.include({ status: 500, kind: "fault" });
    expect(logs).to.contain("NOTIFY_WEBHOOK_SECRET holds 0 secrets");
  });

  it("with 503 where the database is away", async () => {
    const importRecording = () => Promise.reject(Object.assign(new Error("x"), { code: 14 }));
    store = { importRecording };
    const { status, retryAfter, body } = await post(noticeOf());
    expect({ status, retryAfter }).to.deep.equal({ status: 503, retryAfter: "5" });
    expect(body).to.include({ type: "urn:meeting-bot:problem:unavailable" });
  });

  it("and logged by its recording's id alone", async () => {
    await post(noticeOf());
    await post(
      noticeOf(
        { recordingId: "rec-3", blobUrl: "https://private.s3.amazonaws.com/k" },
        { storage: null },
      ),
    );
    expect(logs).to.contain("rec-1").and.to.contain("rec-3");
    for (const word of ["hunter2", "abc-defg-hij", "acme", "bot-1", "private", "new-secret"]) {
      expect(logs).not.to.contain(word);
    }
  });
});
