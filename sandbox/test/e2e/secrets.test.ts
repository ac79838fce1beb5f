import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { expect } from "chai";
import { until } from "../../../test/eventually.ts";
import type { Sandbox } from "../../src/sandbox.ts";
import { type Answer, Caller } from "../leaks/caller.ts";
import { mark, variable, WRITTEN } from "../leaks/marks.ts";
import { addEndpoints, type Endpoints, makeKey, ORGANIZATION } from "../leaks/organization.ts";
import { readFields, readSandbox } from "../leaks/places.ts";
import { describeAbsences, describeLeaks, findMarks, type Mark } from "../leaks/search.ts";
import {
  complaints,
  ending,
  PATIENCE_MS,
  startTestSandbox,
  untilOver,
  WEBHOOKS_MS,
} from "./support.ts";

const text = (name: keyof typeof WRITTEN) => WRITTEN[name].value;

/** Meetings as a Firestore client writes them: one to be recorded, and one whose link is refused. */
const MEETINGS = {
  recorded: {
    status: "scheduled",
    meeting_url: `https://zoom.us/j/98765432101?pwd=${text("password")}&sandbox=h264&seconds=3&tk=${text("query")}#${text("fragment")}`,
    bot_name: text("botName"),
    creator_organization_id: ORGANIZATION,
    creator_user_id: text("creator"),
    timezone: text("timezone"),
    attendees: [text("guest")],
  },
  refused: {
    status: "scheduled",
    meeting_url: `https://${text("refusedUser")}@zoom.us/j/1234567890?pwd=${text("refusedPassword")}`,
    creator_organization_id: ORGANIZATION,
    creator_user_id: text("creator"),
    recording_options: { token: text("option") },
  },
};

/** One as a caller of the API asks for it, whose bot is denied. */
const DENIED = {
  meeting_url: `https://meet.google.com/abc-defg-hij?sandbox=denied&pwd=${text("deniedPassword")}`,
  bot_name: text("botName"),
  gcs_path: `private/${text("folder")}`,
};

/** Signed by nobody. */
const ID_TOKEN = [{ alg: "RS256", kid: "none" }, { email: text("idTokenUser") }]
  .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
  .concat(text("idTokenSignature"))
  .join(".");

const NOTICE = {
  recordingId: "rec-1",
  status: "completed",
  blobUrl: `https://storage.googleapis.com/foreign/${text("noticeKey")}?token=${text("noticeQuery")}`,
  metadata: { userId: text("noticeUser"), teamId: ORGANIZATION },
};

/** Where a claim's token belongs. */
const CLAIM = [/^document bot_instances\.claim_token$/, ...variable("CLAIM_TOKEN")];

describe("a secret, or what is personal", function () {
  this.timeout(PATIENCE_MS);
  const parts = new AsyncDisposableStack();
  let sandbox: Sandbox;
  let endpoints: Endpoints;
  let caller: Caller;
  let key: string;
  let recording: Answer;

  before(async () => {
    const settings = { MAX_ATTEMPTS: "1", IMPORT_BUCKETS: "gs://imports" };
    sandbox = await startTestSandbox("secrets", { settings, sweepSeconds: 5 });
    parts.defer(() => sandbox.stop());
    endpoints = await addEndpoints(sandbox, parts);
    key = await makeKey(sandbox);
    caller = new Caller(sandbox);
    await askWrongly();
    await record();
    await look();
  });
  after(() => parts.disposeAsync());

  /** What is refused, by the API and by what takes notices. */
  async function askWrongly(): Promise<void> {
    const post = (body: string) => ({ method: "POST", body });
    const guessed = key.slice(0, -43) + text("guessedKey");
    const extra = JSON.stringify({ ...DENIED, attendees: [text("unknownField")] });
    const [secret = ""] = sandbox.secrets.NOTIFY_WEBHOOK_SECRET.split(" ");
    const refused = [
      await caller.api("refused key", guessed, "meetings"),
      await caller.api("refused ID token", ID_TOKEN, "meetings"),
      await caller.api("unknown field", key, "meetings", post(extra)),
      await caller.api("malformed", key, "meetings", post(`{"bot_name": ${text("malformed")}`)),
      await caller.api("cursor", key, `meetings?cursor=${text("cursor")}`),
      await caller.notice(randomBytes(32).toString("hex"), NOTICE),
      await caller.notice(secret, NOTICE),
      await caller.notice(secret, { ...NOTICE, blobUrl: NOTICE.blobUrl.replace(/\?.*/, "") }),
    ];
    expect(refused.map(({ status }) => status)).to.deep.equal([
      401, 401, 400, 400, 400, 401, 400, 403,
    ]);
  }

  /** A meeting that is recorded, one that is not, and one that is refused, until all has been told. */
  async function record(): Promise<void> {
    const { firestore } = sandbox;
    const asked = {
      method: "POST",
      body: JSON.stringify(DENIED),
      headers: { "idempotency-key": text("idempotencyKey") },
    };
    const { status, body } = await caller.api("meeting", key, "meetings", asked);
    expect(status).to.equal(201);
    const repeated = { ...asked, body: JSON.stringify({ ...DENIED, gcs_path: "other" }) };
    expect(await caller.api("reused key", key, "meetings", repeated)).to.include({ status: 422 });
    const written = Object.entries(MEETINGS).map(async ([id, fields]) => {
      await firestore.doc(`meetings/${id}`).set(fields);
      return id;
    });
    const ids = [...(await Promise.all(written)), String(body["id"])];
    const ended = await Promise.all(ids.map((id) => ending(firestore.doc(`meetings/${id}`))));
    expect(
      ended.map(({ instance }) => instance["status"]),
      await complaints(sandbox),
    ).to.deep.equal(["done", "failed", "failed"]);
    await untilOver(sandbox);
    await until(async () => {
      const { docs } = await firestore.collection("bot_webhook_deliveries").get();
      return docs.every((delivery) => (delivery.get("attempts") ?? []).length > 0);
    }, WEBHOOKS_MS);
  }

  /** What a caller gets to see afterwards. */
  async function look(): Promise<void> {
    const [, delivery = ""] =
      /"id":"(msg_\w+)"/.exec((await caller.api("deliveries", key, "webhook-deliveries")).text) ??
      [];
    recording = await caller.api("recording", key, "meetings/recorded/recording");
    const seen = [
      recording,
      await caller.api("delivery", key, `webhook-deliveries/${delivery}`),
      await caller.api("meeting", key, "meetings/recorded"),
      await caller.api("meeting", key, "meetings/refused"),
      await caller.api("meetings", key, "meetings"),
    ];
    expect(seen.map(({ status }) => status)).to.deep.equal([200, 200, 200, 200, 200]);
  }

  const webhooks = () =>
    endpoints.receivers.flatMap(({ received }) => received.map(({ body }) => JSON.parse(body)));

  /** The logs that there must be: hardly a mark belongs into one, so that none would be missed. */
  function logs(): string[] {
    const containers = sandbox.cloudRun
      .executions()
      .flatMap(({ id }) => [`log ${id}.manager.log`, `log ${id}.meeting-bot.log`]);
    return ["log firebase-emulators.log", ...containers];
  }

  /** What was made while the sandbox ran, by operators, by the platform, by us. */
  async function made(): Promise<Mark[]> {
    const { secrets, store, cloudRun } = sandbox;
    const account = store.functionsSecrets["GOOGLE_APPLICATION_CREDENTIALS"] ?? "";
    const pem: string = JSON.parse(await readFile(account, "utf8")).private_key;
    const tokens = cloudRun.executions().map(({ job }) => {
      return job.containers.find(({ name }) => name === "manager")?.env["CLAIM_TOKEN"] ?? "";
    });
    return [
      mark("secret of an API key", key.slice(-43)),
      ...secrets.WEBHOOK_SECRETS.split(" ").map((one) => mark("master secret of webhooks", one)),
      ...endpoints.secrets.map((one) => mark("secret of an endpoint", one.replace("whsec_", ""))),
      ...secrets.NOTIFY_WEBHOOK_SECRET.split(" ").map((one) => mark("secret of notices", one)),
      mark("key of the store", pem.split("\n")[5] ?? ""),
      ...tokens.map((one) => mark("claim token", one, ...CLAIM)),
      ...signatures("webhook's URL", webhooks(), /^webhook\.data\.artifacts\.\d+\.url$/),
      ...signatures("API's URL", recording.body, /^answer recording\.artifacts\.\d+\.url$/),
    ];
  }

  /** What lets whoever has one of these URLs at a recording. */
  function signatures(what: string, told: unknown, belongs: RegExp): Mark[] {
    const found = [...JSON.stringify(told).matchAll(/X-Goog-Signature=(\w+)/g)];
    expect(found, what).not.to.have.length(0);
    return found.map(([, value = ""]) => mark(`signature of a ${what}`, value, belongs));
  }

  it("is where it belongs, and nowhere else", async () => {
    const marks = [...Object.values(WRITTEN), ...(await made())];
    const places = [
      ...(await readSandbox(sandbox)),
      ...caller.places,
      ...webhooks().flatMap((body) => readFields("webhook", body)),
    ];
    expect(places.map(({ name }) => name)).to.include.members(logs());
    const sightings = findMarks(marks, places);
    expect(describeLeaks(sightings)).to.deep.equal([]);
    expect(describeAbsences(marks, sightings)).to.deep.equal([]);
  });
});
