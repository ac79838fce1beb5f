import type { Firestore } from "@google-cloud/firestore";
import {
  type BotInstance,
  FirestoreBotInstanceStore,
  HOUR,
  MINUTE,
  type RunningExecution,
  SECOND,
} from "@meeting-bot/core";
import { expect } from "chai";
import { newProjectId, openFirestore } from "../../../core/test/support/emulator.ts";
import { claimed, NAMING, NOW, queued, RULES } from "../../../core/test/support/instances.ts";
import { shouldEnd } from "../../src/use-cases/reconcile.ts";
import { countReads } from "../support/read-counter.ts";
import { ago, SCOPE, World } from "../support/world.ts";

/** An execution that works under the token `mine` since an hour ago. */
const running = (fields: Partial<RunningExecution> = {}): RunningExecution => ({
  execution: { launcher: "test", name: `execution of ${fields.instanceId ?? "x"}` },
  instanceId: "x",
  token: "mine",
  startedAt: Date.now() - HOUR,
  ...fields,
});

const justNow = NOW - 2 * MINUTE + SECOND;
const longAgo = NOW - 2 * MINUTE;
const over = (status: BotInstance["status"], processedAt: number) =>
  queued({ status, processedAt, claimToken: "mine" });
const other = (fields: Partial<BotInstance>) => claimed({ claimToken: "other", ...fields });

/** What the documents say, and whether an execution under `mine` ends that started when it is said. */
const CASES: Record<string, [instance: BotInstance | undefined, startedAt: number, ends: boolean]> =
  {
    "that holds its instance": [claimed(), NOW - HOUR, false],
    "that holds its instance since just now": [claimed({ claimedAt: NOW }), NOW, false],
    "whose instance is missing": [undefined, longAgo, true],
    "whose instance is missing, and that has just started": [undefined, justNow, false],
    "whose instance is done": [over("done", longAgo), NOW - HOUR, true],
    "whose instance has failed": [over("failed", longAgo), NOW - HOUR, true],
    "whose instance was cancelled": [over("cancelled", longAgo), NOW - HOUR, true],
    "whose instance is done since just now": [over("done", justNow), NOW - HOUR, false],
    "whose instance is done, and that has just started": [over("done", longAgo), justNow, false],
    "whose instance others have ended, without saying when": [
      queued({ status: "done", updatedAt: longAgo }),
      NOW - HOUR,
      true,
    ],
    "that is fenced off": [other({ claimedAt: longAgo }), NOW - HOUR, true],
    "that is fenced off since just now": [other({ claimedAt: justNow }), NOW - HOUR, false],
    "that is fenced off, and has just started": [other({ claimedAt: longAgo }), justNow, false],
    "whose instance waits for another attempt": [
      queued({ claimToken: "mine", updatedAt: longAgo }),
      NOW - HOUR,
      true,
    ],
    "whose instance was given back just now": [
      queued({ claimToken: "mine", updatedAt: justNow }),
      NOW - HOUR,
      false,
    ],
  };

describe("shouldEnd", () => {
  for (const [name, [instance, startedAt, ends]] of Object.entries(CASES)) {
    it(`${ends ? "ends" : "leaves"} an execution ${name}`, () => {
      expect(shouldEnd(running({ startedAt }), instance, NOW)).to.equal(ends);
    });
  }
});

describe("reconcile", function () {
  this.timeout(20_000);

  let world: World;
  beforeEach(async () => {
    world = await World.open();
  });
  afterEach(() => world.close());

  const cancelled = () => world.launcher.cancelled.map(({ name }) => name);

  it("ends what works for nobody, and nothing else", async () => {
    await world.writeInstance({ status: "processing", claim_token: "mine" }, "at-work");
    await world.writeInstance(
      { status: "processing", claim_token: "new", claimed_at: ago(HOUR) },
      "fenced",
    );
    await world.writeInstance({ status: "done", processed_at: ago(HOUR) }, "done");
    const ids = ["at-work", "fenced", "done", "missing"];
    world.launcher.running[SCOPE] = ids.map((instanceId) => running({ instanceId }));
    await world.reconcile();
    expect(cancelled()).to.deep.equal([
      "execution of fenced",
      "execution of done",
      "execution of missing",
    ]);
    expect(world.logs).to.contain("stray execution told to end").and.contain('"status":"missing"');
  });

  it("changes no document", async () => {
    await world.writeInstance({ status: "done", processed_at: ago(HOUR) });
    const before = await world.instance("x");
    world.launcher.running[SCOPE] = [running()];
    await world.reconcile();
    expect(await world.instance("x")).to.deep.equal(before);
  });

  it("asks for its own scope alone", async () => {
    world.launcher.running["test/other"] = [running()];
    await world.reconcile();
    expect(cancelled()).to.deep.equal([]);
  });

  it("is not kept from the others by one that cannot be ended", async () => {
    world.launcher.running[SCOPE] = ["a", "b"].map((instanceId) => running({ instanceId }));
    const { cancel } = world.launcher;
    world.launcher.cancel = async (execution) => {
      if (execution.name === "execution of a") throw new Error("may not be ended");
      return cancel.call(world.launcher, execution);
    };
    await world.reconcile();
    expect(cancelled()).to.deep.equal(["execution of b"]);
    expect(world.logs).to.contain("may not be ended");
  });

  it("says so when the platform does not tell what runs, and leaves it at that", async () => {
    world.launcher.list = () => {
      throw new Error("no route to the platform");
    };
    await world.reconcile();
    expect(world.logs).to.contain("no route to the platform");
  });
});

describe("what a sweep and reconciling read", function () {
  this.timeout(60_000);

  let world: World;
  let firestore: Firestore;
  before(async () => {
    world = await World.open();
    firestore = openFirestore(newProjectId());
    world.services.store = new FirestoreBotInstanceStore(firestore, NAMING, RULES);
    const history = firestore.bulkWriter();
    for (let count = 0; count < 1000; count++) {
      const path = `bot_instances/${count}`;
      void history.create(firestore.doc(path), { status: "done", processed_at: ago(HOUR) });
    }
    await history.close();
  });
  after(async () => {
    await firestore.terminate();
    await world.close();
  });

  async function readsOf(executions: RunningExecution[]): Promise<number> {
    world.launcher.running[SCOPE] = executions;
    const counter = countReads(firestore);
    await world.sweep();
    await world.reconcile();
    return counter.reads;
  }

  it("is one document when there is nothing to do, however much history there is", async () => {
    expect(await readsOf([])).to.equal(1);
  });

  it("is one more for each execution that runs", async () => {
    const three = ["1", "2", "3"].map((instanceId) =>
      running({ instanceId, startedAt: Date.now() }),
    );
    expect(await readsOf(three)).to.equal(4);
  });
});
