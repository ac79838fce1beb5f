import { Agent } from "node:http";
import type { Firestore } from "@google-cloud/firestore";
import { FirestoreBotInstanceStore } from "@meeting-bot/core";
import { expect } from "chai";
import { isSafe } from "../../../core/test/fuzz/expectations.ts";
import { newProjectId, openFirestore } from "../../../core/test/support/emulator.ts";
import { NAMING, RULES } from "../../../core/test/support/instances.ts";
import { fuzzTogether } from "../../../test/arbitraries/fuzz.ts";
import {
  BUCKET,
  type NoticeRequest,
  noticeRequests,
  SECRETS,
} from "../../../test/arbitraries/notice-requests.ts";
import { type Receiver, sign, startReceiver } from "../incoming/support/receiver.ts";
import { allDone } from "../support/all-done.ts";
import { captureLogsOrTell } from "../support/capture-logs.ts";
import { sendBytes } from "../support/send-bytes.ts";

const REQUESTS = 2500;
const TOGETHER = 25;

describe("any notice of a finished recording", function () {
  this.timeout(30_000);

  const agent = new Agent({ keepAlive: true, maxSockets: 50 });
  const taken = new Set<string>();
  let firestore: Firestore;
  let receiver: Receiver;

  before(async () => {
    firestore = openFirestore(newProjectId());
    const services = {
      store: new FirestoreBotInstanceStore(firestore, NAMING, RULES),
      config: {
        ...RULES,
        importBuckets: [BUCKET],
        s3Endpoint: "https://minio.example.com",
        meetingsPath: "meetings",
      },
      secrets: () => SECRETS,
      now: Date.now,
    };
    receiver = await startReceiver(() => services);
  });
  after(async () => {
    agent.destroy();
    await receiver.stop();
    await firestore.terminate();
  });

  fuzzTogether(
    "is answered, and changes nothing unless it is taken",
    noticeRequests,
    { count: REQUESTS, together: TOGETHER },
    async (requests) => {
      const logs = await captureLogsOrTell(() => allDone(requests.map(expectSound)));
      for (const secret of SECRETS) expect(logs).not.to.contain(secret);
      expect(await countAll()).to.deep.equal([taken.size, taken.size]);
    },
  );

  it("has left behind what was taken, and nothing else", async () => {
    const collections = await firestore.listCollections();
    expect(collections.map(({ id }) => id)).to.have.members(["bot_instances", "meetings"]);
    for (const collection of collections) {
      const { docs } = await collection.get();
      expect(docs.map(({ id }) => id)).to.have.members([...taken]);
    }
    expect(taken.size).to.be.above(REQUESTS / 50);
  });

  async function expectSound({ signing, ...request }: NoticeRequest): Promise<void> {
    const signature = signatureOf(request.body, signing);
    const headers = {
      ...request.headers,
      ...(signature !== undefined && { "X-Webhook-Signature": signature }),
    };
    const { status, text } = await sendBytes(receiver.url, { ...request, headers }, agent);
    expect(status).to.be.below(500);
    const body = JSON.parse(text) as Record<string, unknown>;
    if (status >= 400)
      expect(body).to.include.keys("type", "title", "detail").and.include({ status });
    else expect(body).to.have.all.keys("status", "bot_instance_id");
    if (status === 202) await expectImport(String(body["bot_instance_id"]));
  }

  /** It must come from where recordings may come from, and send nobody anywhere else. */
  async function expectImport(id: string): Promise<void> {
    taken.add(id);
    const [instance, meeting] = await firestore.getAll(
      firestore.doc(`bot_instances/${id}`),
      firestore.doc(`meetings/${id}`),
    );
    expect(instance?.get("source.uri"))
      .to.be.a("string")
      .and.match(/^s3:\/\/imports\/./);
    expect(meeting?.get("bot_instance_id")).to.equal(id);
    expect(meeting?.get("status")).to.equal("recorded");
    const link: unknown = meeting?.get("meeting_url");
    if (link !== undefined) expect(link).to.satisfy(isSafe);
  }

  function countAll(): Promise<number[]> {
    const counts = ["bot_instances", "meetings"].map(async (name) => {
      const counted = await firestore.collection(name).count().get();
      return counted.data().count;
    });
    return Promise.all(counts);
  }
});

function signatureOf(body: Buffer, signing: NoticeRequest["signing"]): string | undefined {
  if (signing?.kind !== "signed") return signing?.text;
  return signing.write(sign(body, signing.secret));
}
