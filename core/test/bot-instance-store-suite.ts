import { randomUUID } from "node:crypto";
import { expect } from "chai";
import type { BotInstance, Output } from "../src/bot-instance/bot-instance.ts";
import { claim } from "../src/bot-instance/transitions/claim.ts";
import { complete } from "../src/bot-instance/transitions/complete.ts";
import { fail } from "../src/bot-instance/transitions/fail.ts";
import { launched } from "../src/bot-instance/transitions/launched.ts";
import { reclaim } from "../src/bot-instance/transitions/reclaim.ts";
import { report } from "../src/bot-instance/transitions/report.ts";
import { start } from "../src/bot-instance/transitions/start.ts";
import { failure } from "../src/errors.ts";
import type { BotInstanceStore, Decide, EnqueueOutcome } from "../src/ports/bot-instance-store.ts";
import type { Naming } from "../src/settings/naming.ts";
import { HOUR, MINUTE } from "../src/time.ts";
import type { StoreUnderTest } from "./support/firestore-under-test.ts";
import { LINK } from "./support/instances.ts";

type MakeStore = (naming?: Naming) => Promise<StoreUnderTest>;

const RENAMED: Naming = {
  meeting: { statusField: "state", statusValues: ["planned"], instanceField: "bot" },
  instanceStatusField: "condition",
  instanceStatus: { queued: "Q", processing: "P", done: "D", failed: "F", cancelled: "C" },
};
const OUTPUT: Output = {
  kind: "video",
  uri: "gs://bucket/video.mp4",
  contentType: "video/mp4",
  bytes: 1,
  crc32c: "AAAAAA==",
  durationSeconds: 20,
  codec: "h264",
};
const EXECUTION = { launcher: "local", name: "execution-1" };
const CRASH = failure("BOT_CRASHED", "join", "It fell.");
const NO_CAPACITY = failure("LAUNCH_FAILED", "launch", "Full.");

const claiming =
  (token: string): Decide =>
  (instance, at) =>
    claim(instance, { token, claimedBy: "test" }, at);
const starting: Decide = (instance, at) => start(instance, { token: "t", runnerId: "r" }, at);
const completing: Decide = (instance, at) =>
  complete(instance, { token: "t", runnerId: "r", outputs: [OUTPUT], partial: false }, at);
const reclaiming =
  (by: string): Decide =>
  (instance, at) =>
    reclaim(instance, { token: "t", by, verdict: { state: "not-found" }, random: 0 }, at);

/** Fields of an instance that others made. */
const QUEUED = { meeting_url: LINK, status: "queued" };
const ago = (ms: number) => new Date(Date.now() - ms);
/** Fields of an instance that was claimed with the token `t` long ago. */
const claimedFields = () => ({
  ...QUEUED,
  status: "processing",
  phase: "claimed",
  attempt: 1,
  claim_token: "t",
  claimed_at: ago(HOUR),
  wake_at: ago(MINUTE),
});
/** Fields of an instance that the runner `r` has started. */
const startedFields = () => ({
  ...claimedFields(),
  phase: "joining",
  runner_id: "r",
  heartbeat_at: ago(HOUR),
});

const newCall = () => ({
  instanceId: randomUUID(),
  token: randomUUID(),
  claimedBy: "test",
  joinLeadMs: 2 * MINUTE,
});
const times = <T>(count: number, run: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => run(index)));
const instanceOf = (outcome: EnqueueOutcome): BotInstance => {
  if (outcome.kind === "ignored") throw new Error(`ignored: ${outcome.reason}`);
  return outcome.instance;
};

/** The contract of `BotInstanceStore`, for any adapter of it. */
export function describeBotInstanceStore(name: string, makeStore: MakeStore): void {
  describe(`${name} as a BotInstanceStore`, function () {
    // Racing transactions wait for one another's locks; one that is repeated pauses for a second.
    this.timeout(30_000);

    let under: StoreUnderTest;
    let store: BotInstanceStore;
    beforeEach(async () => {
      under = await makeStore();
      store = under.store;
    });
    afterEach(() => under.close());

    const scheduled = (fields: Record<string, unknown> = {}) => ({
      meeting_url: LINK,
      status: "scheduled",
      ...fields,
    });
    const inOrg = (fields: Record<string, unknown> = {}) =>
      scheduled({ creator_organization_id: "org", ...fields });
    const readInstance = (id: string) => under.read(`bot_instances/${id}`);

    describe("a claim", () => {
      for (const racers of [2, 10]) {
        it(`has one winner among ${racers} who try at once`, async () => {
          await under.write("bot_instances/x", QUEUED);
          const outcomes = await times(racers, (n) => store.transact("x", claiming(`token ${n}`)));
          const winners = outcomes.filter(({ ok }) => ok);
          expect(winners).to.have.length(1);
          const losers = outcomes.flatMap((outcome) => (outcome.ok ? [] : outcome.reason));
          expect(losers).to.deep.equal(Array(racers - 1).fill("not-queued"));
          const won = outcomes.findIndex(({ ok }) => ok);
          expect(await readInstance("x")).to.include({ claim_token: `token ${won}`, attempt: 1 });
        });
      }

      it("of an instance that does not exist is refused", async () => {
        const outcome = await store.transact("nobody", claiming("t"));
        expect(outcome).to.deep.equal({ ok: false, reason: "not-found" });
        expect(await under.list("bot_instances")).to.deep.equal([]);
      });

      it("counts from the store's clock", async () => {
        await under.write("bot_instances/x", QUEUED);
        const outcome = await store.transact("x", claiming("t"));
        const { claimed_at: claimedAt } = (await readInstance("x")) ?? {};
        expect(outcome.ok && outcome.instance.claimedAt).to.equal(
          (claimedAt as { toMillis(): number }).toMillis(),
        );
      });
    });

    describe("a claim's holder", () => {
      it("can write nothing once another has the instance", async () => {
        await under.write("bot_instances/x", { ...startedFields(), claim_token: "newer" });
        const before = await readInstance("x");
        const late: Decide[] = [
          starting,
          completing,
          (instance, at) => launched(instance, { token: "t", execution: EXECUTION }, at),
          (instance, at) => report(instance, { token: "t", runnerId: "r", phase: "recording" }, at),
          (instance, at) => fail(instance, { token: "t", failure: CRASH, random: 0 }, at),
        ];
        for (const decide of late) {
          const outcome = await store.transact("x", decide);
          expect(outcome).to.deep.include({ ok: false, reason: "superseded" });
        }
        expect(await readInstance("x")).to.deep.equal(before);
      });

      it("is told which instance it was that refused", async () => {
        await under.write("bot_instances/x", { ...startedFields(), claim_token: "newer" });
        const outcome = await store.transact("x", starting);
        expect(outcome.instance).to.include({ id: "x", claimToken: "newer" });
      });

      it("lets one of two runners work", async () => {
        await under.write("bot_instances/x", claimedFields());
        const outcomes = await times(2, (n) =>
          store.transact("x", (instance, at) =>
            start(instance, { token: "t", runnerId: `runner ${n}` }, at),
          ),
        );
        const refusals = outcomes.flatMap((outcome) => (outcome.ok ? [] : outcome.reason));
        expect(refusals).to.deep.equal(["already-started"]);
      });
    });

    describe("an expired lease", () => {
      it("is taken back once by sweeps that meet", async () => {
        await under.write("bot_instances/x", claimedFields());
        const outcomes = await times(4, (n) => store.transact("x", reclaiming(`sweep ${n}`)));
        expect(outcomes.filter(({ ok }) => ok)).to.have.length(1);
        expect(await readInstance("x")).to.include({ status: "queued", attempt: 1 });
      });

      it("is found, and neither a lease that holds nor what has ended", async () => {
        await under.write("bot_instances/expired", claimedFields());
        await under.write("bot_instances/due", { ...QUEUED, wake_at: ago(2 * MINUTE) });
        await under.write("bot_instances/later", { ...QUEUED, wake_at: ago(-MINUTE) });
        await under.write("bot_instances/done", { ...QUEUED, status: "done" });
        const found = await store.findDue(Date.now(), 10);
        expect(found.map(({ id }) => id)).to.deep.equal(["due", "expired"]);
      });
    });

    describe("what is due", () => {
      it("comes in pages without gaps or repeats, the longest waiting first", async () => {
        const [early, late] = [ago(HOUR), ago(MINUTE)];
        const due = { e: early, d: late, c: late, b: late, a: late };
        await Promise.all(
          Object.entries(due).map(([id, wake_at]) =>
            under.write(`bot_instances/${id}`, { ...QUEUED, wake_at }),
          ),
        );
        const pages: string[][] = [];
        let last: BotInstance | undefined;
        do {
          const page: BotInstance[] = await store.findDue(Date.now(), 2, last);
          pages.push(page.map(({ id }) => id));
          last = page.at(-1);
        } while (last);
        expect(pages).to.deep.equal([["e", "a"], ["b", "c"], ["d"], []]);
      });

      it("can be paged through after an instance has changed, as it was found", async () => {
        await under.write("bot_instances/a", { ...QUEUED, wake_at: ago(HOUR) });
        await under.write("bot_instances/b", { ...QUEUED, wake_at: ago(MINUTE) });
        const [first] = await store.findDue(Date.now(), 1);
        await store.transact("a", claiming("t"));
        const rest = await store.findDue(Date.now(), 1, first);
        expect(rest.map(({ id }) => id)).to.deep.equal(["b"]);
      });
    });

    describe("a document", () => {
      it("keeps the fields that we do not know", async () => {
        const theirs = { theirs: { deep: [1, { x: null }] }, note: "n", at_will: ago(0) };
        await under.write("bot_instances/x", { ...QUEUED, ...theirs });
        const before = await readInstance("x");
        await store.transact("x", claiming("t"));
        await store.transact("x", starting);
        await store.transact("x", completing);
        const { theirs: kept, note, at_will } = (await readInstance("x")) ?? {};
        expect({ kept, note, at_will }).to.deep.equal({
          kept: theirs.theirs,
          note: "n",
          at_will: before?.["at_will"],
        });
      });

      it("is under the user's names", async () => {
        await under.close();
        under = await makeStore(RENAMED);
        await under.write("meetings/one", { meeting_url: LINK, state: "planned", status: "mine" });
        const call = newCall();
        await under.store.enqueue("meetings/one", call);
        expect(await readInstance(call.instanceId)).to.include({ condition: "P" });
        expect(await under.read("meetings/one")).to.include({
          bot: call.instanceId,
          state: "planned",
          status: "mine",
        });
        await under.store.transact(call.instanceId, (instance, at) =>
          fail(
            instance,
            { token: call.token, failure: { ...CRASH, retryable: false }, random: 0 },
            at,
          ),
        );
        expect(await readInstance(call.instanceId)).to.include({ condition: "F" });
        const { recording } = (await under.read("meetings/one")) ?? {};
        expect(recording).to.deep.include({ status: "failed" });
      });

      it("of any shape can be claimed and ended", async () => {
        const odd = { meetings: "x", attempt: "1", wake_at: "soon", created_at: "yesterday" };
        await under.write("bot_instances/x", { ...QUEUED, ...odd });
        expect(await store.transact("x", claiming("t"))).to.include({ ok: true });
        expect(await store.transact("x", starting)).to.include({ ok: true });
        expect(await store.transact("x", completing)).to.include({ ok: true });
        expect(await readInstance("x")).to.include({ status: "done", attempt: 1 });
      });
    });

    describe("a meeting", () => {
      it("gets one bot, claimed in the same transaction", async () => {
        await under.write("meetings/one", scheduled());
        const call = newCall();
        const outcome = await store.enqueue("meetings/one", call);
        expect(outcome.kind).to.equal("created");
        expect(await readInstance(call.instanceId)).to.include({
          status: "processing",
          claim_token: call.token,
          attempt: 1,
        });
        expect(await under.read("meetings/one")).to.deep.include({
          ...scheduled(),
          bot_instance_id: call.instanceId,
          recording: { status: "processing" },
        });
      });

      it("gets one bot from two calls at once", async () => {
        await under.write("meetings/one", scheduled());
        const outcomes = await times(2, () => store.enqueue("meetings/one", newCall()));
        expect(outcomes.filter(({ kind }) => kind === "created")).to.have.length(1);
        expect(await under.list("bot_instances")).to.have.length(1);
      });

      it("changes nothing when its event is delivered three times at once, and once more later", async () => {
        await under.write("meetings/one", scheduled());
        await times(3, () => store.enqueue("meetings/one", newCall()));
        const after = await under.read("meetings/one");
        const late = await store.enqueue("meetings/one", newCall());
        expect(late).to.deep.equal({ kind: "ignored", reason: "already-linked" });
        expect(await under.read("meetings/one")).to.deep.equal(after);
        expect(await under.list("bot_instances")).to.have.length(1);
      });

      it("that is gone when its event comes gets none", async () => {
        const outcome = await store.enqueue("meetings/gone", newCall());
        expect(outcome).to.deep.equal({ kind: "ignored", reason: "no-meeting" });
        expect(await under.list("bot_instances")).to.deep.equal([]);
      });

      it("in a sub-collection is served like any other", async () => {
        await under.write("teams/a/meetings/one", scheduled());
        const { meetings, id } = instanceOf(await store.enqueue("teams/a/meetings/one", newCall()));
        expect(meetings).to.deep.equal(["teams/a/meetings/one"]);
        expect(await under.read("teams/a/meetings/one")).to.include({ bot_instance_id: id });
      });

      it("that cannot be served is told why, as its instance is", async () => {
        await under.write("meetings/one", scheduled({ meeting_url: 7 }));
        const { id } = instanceOf(await store.enqueue("meetings/one", newCall()));
        const { recording } = (await under.read("meetings/one")) ?? {};
        expect(recording).to.have.nested.property("error.code", "INVALID_MEETING");
        expect(recording).to.have.property("status", "failed");
        expect(await readInstance(id))
          .to.include({ status: "failed" })
          .and.not.have.property("wake_at");
      });

      it("gets another bot after it was mended, even when the wrong field was taken away", async () => {
        await under.write("meetings/one", scheduled({ bot_name: 7 }));
        const first = instanceOf(await store.enqueue("meetings/one", newCall()));
        await under.write("meetings/one", scheduled({ bot_instance_id: first.id }));
        const second = instanceOf(await store.enqueue("meetings/one", newCall()));
        expect(second).to.include({ status: "processing" });
        expect(second.id).to.not.equal(first.id);
      });

      it("with options of any kind is served", async () => {
        const recording_options = {
          when: ago(0),
          list: [[1]].map((of) => ({ of })),
          bytes: Buffer.of(1),
        };
        await under.write("meetings/one", scheduled({ recording_options }));
        const { id } = instanceOf(await store.enqueue("meetings/one", newCall()));
        const stored = await readInstance(id);
        const { recording_options: asked } = (await under.read("meetings/one")) ?? {};
        expect(stored?.["recording_options"]).to.deep.equal(asked);
      });

      it("shows the result when its instance has ended", async () => {
        await under.write("meetings/one", scheduled());
        const call = { ...newCall(), token: "t" };
        await store.enqueue("meetings/one", call);
        await store.transact(call.instanceId, starting);
        await store.transact(call.instanceId, completing);
        const { recording } = (await under.read("meetings/one")) ?? {};
        expect(recording).to.deep.equal({
          status: "done",
          video_uri: OUTPUT.uri,
          duration_seconds: 20,
          partial: false,
        });
      });

      it("that was deleted or linked elsewhere meanwhile does not keep its instance from ending", async () => {
        await under.write("meetings/one", inOrg());
        await under.write("meetings/two", inOrg());
        await under.write("meetings/three", inOrg());
        const call = { ...newCall(), token: "t" };
        await store.enqueue("meetings/one", call);
        await store.enqueue("meetings/two", newCall());
        await store.enqueue("meetings/three", newCall());
        await under.remove("meetings/one");
        await under.write("meetings/two", inOrg({ bot_instance_id: "another" }));
        await store.transact(call.instanceId, starting);
        const outcome = await store.transact(call.instanceId, completing);
        expect(outcome).to.include({ ok: true });
        expect(await under.read("meetings/one")).to.equal(undefined);
        expect(await under.read("meetings/two")).to.not.have.property("recording");
        expect(await under.read("meetings/three")).to.have.nested.property(
          "recording.status",
          "done",
        );
      });
    });

    describe("a room", () => {
      const start_ = () => ago(MINUTE);

      it("has one bot for all links of an organisation to it, and all get the recording", async () => {
        const start = start_();
        const iso = start.toISOString().replace("Z", "+00:00");
        await under.write("meetings/one", inOrg({ start }));
        await under.write("meetings/two", inOrg({ start: iso, meeting_url: `${LINK}?authuser=1` }));
        const call = { ...newCall(), token: "t" };
        const first = await store.enqueue("meetings/one", call);
        const second = await store.enqueue("meetings/two", newCall());
        expect([first.kind, second.kind]).to.deep.equal(["created", "joined"]);
        expect(instanceOf(second).id).to.equal(call.instanceId);
        await store.transact(call.instanceId, starting);
        await store.transact(call.instanceId, completing);
        const [one, two] = await times(2, (n) => under.read(`meetings/${["one", "two"][n]}`));
        expect(one?.["recording"]).to.deep.include({ status: "done", video_uri: OUTPUT.uri });
        expect(two?.["recording"]).to.deep.equal(one?.["recording"]);
        expect(await under.list("bot_instances")).to.have.length(1);
      });

      it("has one bot for two meetings that are written at once", async () => {
        await under.write("meetings/one", inOrg());
        await under.write("meetings/two", inOrg({ meeting_url: `${LINK}?authuser=1` }));
        const outcomes = await times(2, (n) =>
          store.enqueue(`meetings/${["one", "two"][n]}`, newCall()),
        );
        expect(outcomes.map(({ kind }) => kind).toSorted()).to.deep.equal(["created", "joined"]);
        expect(await under.list("bot_instances")).to.have.length(1);
      });

      it("gives a late copy the recording that is there, and no second bot", async () => {
        const start = start_();
        await under.write("meetings/one", inOrg({ start }));
        const call = { ...newCall(), token: "t" };
        await store.enqueue("meetings/one", call);
        await store.transact(call.instanceId, starting);
        await store.transact(call.instanceId, completing);
        await under.write("meetings/late", inOrg({ start }));
        expect((await store.enqueue("meetings/late", newCall())).kind).to.equal("joined");
        const late = await under.read("meetings/late");
        expect(late).to.have.nested.property("recording.video_uri", OUTPUT.uri);
        expect(await under.list("bot_instances")).to.have.length(1);
      });

      it("has no second bot for a guest's event that comes again after the end", async () => {
        await under.write("meetings/one", inOrg());
        await under.write("meetings/two", inOrg({ meeting_url: `${LINK}?authuser=1` }));
        const call = { ...newCall(), token: "t" };
        await store.enqueue("meetings/one", call);
        await store.enqueue("meetings/two", newCall());
        await store.transact(call.instanceId, starting);
        await store.transact(call.instanceId, completing);
        const again = await store.enqueue("meetings/two", newCall());
        expect(again).to.deep.equal({ kind: "ignored", reason: "already-linked" });
        expect(await under.list("bot_instances")).to.have.length(1);
      });

      it("has another bot for another occurrence, even while the first is there", async () => {
        await under.write("meetings/one", inOrg({ start: ago(MINUTE) }));
        await under.write("meetings/two", inOrg({ start: ago(2 * MINUTE) }));
        const outcomes = await times(2, (n) =>
          store.enqueue(`meetings/${["one", "two"][n]}`, newCall()),
        );
        expect(outcomes.map(({ kind }) => kind)).to.deep.equal(["created", "created"]);
        expect(await under.list("bot_sessions")).to.have.length(1);
      });

      it("has a bot for a meeting that is on now, although next week's is planned", async () => {
        await under.write("meetings/next", inOrg({ start: ago(-7 * 24 * HOUR) }));
        await under.write("meetings/now", inOrg());
        await store.enqueue("meetings/next", newCall());
        const now = await store.enqueue("meetings/now", newCall());
        expect(now.kind).to.equal("created");
        expect(instanceOf(now)).to.include({ status: "processing" });
      });

      it("has another bot after one that failed", async () => {
        await under.write("meetings/one", inOrg());
        const call = newCall();
        await store.enqueue("meetings/one", call);
        await store.transact(call.instanceId, (instance, at) =>
          fail(
            instance,
            { token: call.token, failure: { ...CRASH, retryable: false }, random: 0 },
            at,
          ),
        );
        await under.write("meetings/two", inOrg());
        expect((await store.enqueue("meetings/two", newCall())).kind).to.equal("created");
      });

      it("is nobody else's without an organisation", async () => {
        await under.write("meetings/one", scheduled());
        await under.write("meetings/two", scheduled());
        const outcomes = await times(2, (n) =>
          store.enqueue(`meetings/${["one", "two"][n]}`, newCall()),
        );
        expect(outcomes.map(({ kind }) => kind)).to.deep.equal(["created", "created"]);
      });

      it("is not shared between organisations", async () => {
        await under.write("meetings/one", inOrg());
        await under.write("meetings/two", inOrg({ creator_organization_id: "other" }));
        const outcomes = await times(2, (n) =>
          store.enqueue(`meetings/${["one", "two"][n]}`, newCall()),
        );
        expect(outcomes.map(({ kind }) => kind)).to.deep.equal(["created", "created"]);
      });
    });

    describe("a lost answer to a commit that was made", () => {
      const transitions: [what: string, fields: () => object, decide: Decide, left: object][] = [
        ["claim", () => QUEUED, claiming("t"), { status: "processing", attempt: 1 }],
        [
          "launched",
          claimedFields,
          (instance, at) => launched(instance, { token: "t", execution: EXECUTION }, at),
          { phase: "launched" },
        ],
        ["start", claimedFields, starting, { phase: "joining", runner_id: "r" }],
        [
          "report",
          startedFields,
          (instance, at) => report(instance, { token: "t", runnerId: "r", phase: "recording" }, at),
          { phase: "recording" },
        ],
        ["complete", startedFields, completing, { status: "done" }],
        [
          "fail",
          startedFields,
          (instance, at) =>
            fail(instance, { token: "t", runnerId: "r", failure: CRASH, random: 0 }, at),
          { status: "queued", attempt: 1 },
        ],
        [
          "fail of a launch",
          claimedFields,
          (instance, at) => fail(instance, { token: "t", failure: NO_CAPACITY, random: 0 }, at),
          { status: "queued", attempt: 0, launch_failures: 1 },
        ],
        ["reclaim", claimedFields, reclaiming("sweep"), { status: "queued", attempt: 1 }],
      ];
      for (const [what, fields, decide, left] of transitions) {
        it(`is a success of ${what}, made once`, async () => {
          await under.write("bot_instances/x", { ...fields() });
          let runs = 0;
          const outcome = await under.losingTheNextCommit().transact("x", (instance, at) => {
            runs++;
            return decide(instance, at);
          });
          expect(runs).to.equal(2);
          expect(outcome).to.include({ ok: true });
          expect(await readInstance("x")).to.include(left);
        });
      }

      it("is a success of enqueue: one instance, claimed by the caller, who may launch it", async () => {
        await under.write("meetings/one", scheduled());
        const call = newCall();
        const outcome = await under.losingTheNextCommit().enqueue("meetings/one", call);
        expect(outcome.kind).to.equal("created");
        expect(instanceOf(outcome)).to.include({ status: "processing", claimToken: call.token });
        expect(await under.list("bot_instances")).to.deep.equal([call.instanceId]);
      });

      it("is a success of joining a room: linked once, and nothing else", async () => {
        await under.write("meetings/one", inOrg());
        await under.write("meetings/two", inOrg());
        const { id } = instanceOf(await store.enqueue("meetings/one", newCall()));
        await under.losingTheNextCommit().enqueue("meetings/two", newCall());
        expect(await under.read("meetings/two")).to.include({ bot_instance_id: id });
        expect(await readInstance(id)).to.deep.include({
          meetings: ["meetings/one", "meetings/two"],
        });
        expect(await under.list("bot_instances")).to.have.length(1);
      });
    });
  });
}
