import { Agent } from "node:http";
import { parseMeeting, type UntrustedDocument } from "@meeting-bot/core";
import { expect } from "chai";
import { isSafe } from "../../../core/test/fuzz/expectations.ts";
import { NAMING, RULES } from "../../../core/test/support/instances.ts";
import { CREDENTIAL } from "../../../test/arbitraries/api-credentials.ts";
import { type ApiRequest, apiRequests } from "../../../test/arbitraries/api-requests.ts";
import { KNOWN } from "../../../test/arbitraries/api-targets.ts";
import { fuzzTogether } from "../../../test/arbitraries/fuzz.ts";
import { ApiUnderTest, ORGANIZATION } from "../api/support/api-under-test.ts";
import { expectDescribed, type Received } from "../api/support/described.ts";
import { outputAt, store, writeRecorded } from "../api/support/recorded.ts";
import { allDone } from "../support/all-done.ts";
import { captureLogsOrTell } from "../support/capture-logs.ts";
import { sendBytes } from "../support/send-bytes.ts";

const REQUESTS = 2500;
const TOGETHER = 25;
/** Every collection that requests may leave something in, or that was filled before. */
const COLLECTIONS = [
  "bot_api_keys",
  "bot_idempotency_keys",
  "bot_instances",
  "bot_webhook_deliveries",
  "meetings",
];

const parse = (fields: UntrustedDocument) =>
  parseMeeting({ ...fields, status: "scheduled" }, NAMING.meeting, RULES);

describe("any request to the API", function () {
  this.timeout(30_000);

  const agent = new Agent({ keepAlive: true, maxSockets: 50 });
  const made = new Set<string>(KNOWN.meetings);
  let api: ApiUnderTest;
  let key: string;

  before(async () => {
    api = await ApiUnderTest.start();
    key = await api.apiKey();
    await writeRecorded(api, { outputs: [outputAt(await store(api, "one/video.mp4"))] });
    await api.write("meetings/theirs", { creator_organization_id: "other", status: "scheduled" });
    await api.write(`bot_webhook_deliveries/${KNOWN.delivery}`, delivery());
  });
  after(async () => {
    agent.destroy();
    await api.stop();
  });

  fuzzTogether(
    "is answered as it is described, and makes a meeting or nothing",
    apiRequests,
    { count: REQUESTS, together: TOGETHER },
    async (requests) => {
      const logs = await captureLogsOrTell(() => allDone(requests.map(expectSound)));
      expect(logs).not.to.contain(CREDENTIAL);
      expect(logs).not.to.contain(key);
    },
  );

  it("has left the meetings behind that were answered for, and nothing else", async () => {
    expect(await api.list("meetings")).to.have.members([...made]);
    const collections = await api.firestore.listCollections();
    expect(COLLECTIONS).to.include.members(collections.map(({ id }) => id));
    expect(made.size).to.be.above(REQUESTS / 50);
  });

  async function expectSound(request: ApiRequest): Promise<void> {
    const authorization = authorizationOf(request);
    const headers = { ...request.headers, ...(authorization && { Authorization: authorization }) };
    const { text, ...answer } = await sendBytes(api.address, { ...request, headers }, agent);
    const received = { ...answer, body: text === "" ? undefined : JSON.parse(text) };
    expect(received.status).to.be.below(500);
    expectDescribed(request.method, request.target, received);
    const told = text + JSON.stringify([...answer.headers]);
    expect(told).not.to.contain(CREDENTIAL);
    const [, token] = /^Bearer (\S{50,})$/.exec(authorization ?? "") ?? [];
    if (token !== undefined) expect(told).not.to.contain(token);
    if (received.status === 201) await expectMeeting(request, received);
  }

  /** What was asked for must be fit for a bot, and be what was written. */
  async function expectMeeting({ body }: ApiRequest, { headers, ...answer }: Received) {
    expect(parse(JSON.parse(body.toString()))).not.to.have.property("failure");
    const id = String(answer.body?.["id"]);
    const written = parse((await api.read(`meetings/${id}`)) ?? {});
    expect(written).not.to.have.property("failure");
    expect(written.request.meetingUrl).to.satisfy(isSafe);
    expect(headers.get("location")).to.equal(`meetings/${id}`);
    made.add(id);
  }

  function authorizationOf({ credential }: ApiRequest): string | undefined {
    switch (credential?.kind) {
      case "user":
        return `Bearer ${api.userToken(credential.userId, credential.claims)}`;
      case "key":
        return `Bearer ${key}`;
      default:
        return credential?.text;
    }
  }
});

function delivery(): Record<string, unknown> {
  return {
    organization_id: ORGANIZATION,
    endpoint_id: "we_0123456789abcdef",
    type: "recording.completed",
    occurred_at: new Date(),
    data: {},
    status: "failed",
    attempt: 10,
    attempts: [],
    created_at: new Date(),
    expires_at: new Date(),
  };
}
