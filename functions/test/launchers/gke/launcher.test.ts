import type { Launcher, RunningExecution } from "@meeting-bot/core";
import { expect } from "chai";
import { CALLS } from "../../../src/launchers/gke/calls.ts";
import { toJob } from "../../../src/launchers/gke/job.ts";
import type { GkeLauncher } from "../../../src/launchers/gke/launcher.ts";
import {
  CREATED,
  desertedAddress,
  EXECUTION,
  JOB_NAME,
  JOBS,
  launcherAt,
  NOT_FOUND,
  REQUEST,
  SCOPE,
} from "./gke-under-test.ts";
import { type Answer, callOf, page, ScriptedKubernetes, status } from "./scripted-kubernetes.ts";

const JOB_PATH = `/apis/batch/v1/namespaces/bots/jobs/${JOB_NAME}`;

async function listed(launcher: Launcher): Promise<RunningExecution[]> {
  const running: RunningExecution[] = [];
  for await (const execution of launcher.list(SCOPE)) running.push(execution);
  return running;
}

describe("GkeLauncher", () => {
  let kubernetes: ScriptedKubernetes;
  let launcher: GkeLauncher;
  before(async () => {
    kubernetes = await ScriptedKubernetes.start();
    launcher = launcherAt(kubernetes.address);
  });
  after(() => kubernetes.stop());

  describe("inspecting", () => {
    const job = { metadata: { name: EXECUTION.name }, status: {} };

    it("asks about the Job and its pods", async () => {
      kubernetes.answer({ status: 200, body: job }, page([{ status: { phase: "Running" } }]));
      expect(await launcher.inspect(EXECUTION)).to.deep.equal({ state: "running" });
      const [first, second] = kubernetes.seen;
      expect(first).to.include({ method: "GET", path: JOB_PATH });
      expect(second).to.include({ method: "GET", path: "/api/v1/namespaces/bots/pods" });
      expect(second?.query).to.deep.equal({
        labelSelector: `batch.kubernetes.io/job-name=${JOB_NAME}`,
      });
    });

    it("looks where the Job was made, whatever the namespace is now", async () => {
      kubernetes.answer(NOT_FOUND, page([]));
      await launcherAt(kubernetes.address, { namespace: "new" }).inspect(EXECUTION);
      expect(kubernetes.seen[0]?.path).to.equal(JOB_PATH);
    });

    it("reads the instants that Kubernetes tells", async () => {
      const creationTimestamp = new Date(Date.now() - 601_000).toISOString();
      kubernetes.answer({ status: 200, body: { metadata: { creationTimestamp } } }, page([]));
      const verdict = await launcher.inspect(EXECUTION);
      expect(verdict)
        .to.have.property("reason")
        .that.matches(/made no pod/);
    });

    it("does not find a Job that is gone with its pods", async () => {
      kubernetes.answer(NOT_FOUND, page([]));
      expect(await launcher.inspect(EXECUTION)).to.deep.equal({ state: "not-found" });
    });

    const untold: Record<string, Answer[]> = {
      "no permission": [status(403, "Forbidden", "hm")],
      "no permission for the pods": [NOT_FOUND, status(403, "Forbidden", "hm")],
      "an overloaded server": [status(503, "ServiceUnavailable", "hm")],
      throttling: [status(429, "TooManyRequests", "hm")],
      "a broken connection": ["break"],
      "a server that is not Kubernetes": [{ status: 404, body: "<html>" }],
    };
    for (const [name, answers] of Object.entries(untold)) {
      it(`does not know after ${name}`, async () => {
        kubernetes.answer(...answers);
        const verdict = await launcher.inspect(EXECUTION);
        expect(verdict).to.include({ state: "unreachable" });
        expect(verdict).to.have.property("reason").that.is.a("string").and.not.equal("");
      });
    }

    it("does not know where nobody listens", async () => {
      const verdict = await launcherAt(await desertedAddress()).inspect(EXECUTION);
      expect(verdict).to.include({ state: "unreachable" });
    });
  });

  describe("cancelling", () => {
    it("deletes the Job, and leaves its pods to Kubernetes", async () => {
      kubernetes.answer({ status: 200, body: {} });
      await launcher.cancel(EXECUTION);
      const [seen] = kubernetes.seen;
      expect(seen).to.include({ method: "DELETE", path: JOB_PATH });
      expect(seen?.query).to.deep.equal({ propagationPolicy: "Background" });
    });

    it("is done when the Job is gone", async () => {
      kubernetes.answer(NOT_FOUND);
      await launcher.cancel(EXECUTION);
    });

    for (const answer of [status(403, "Forbidden", "hm"), { status: 404, body: "<html>" }]) {
      it(`fails when Kubernetes does not obey: ${JSON.stringify(answer)}`, async () => {
        kubernetes.answer(answer);
        const error = await launcher.cancel(EXECUTION).catch((cause: unknown) => cause);
        expect(error)
          .to.be.an("error")
          .with.property("message")
          .that.matches(/answered 40[34]/);
      });
    }
  });

  describe("listing", () => {
    const job = (token: string) => ({
      metadata: {
        ...toJob({ ...REQUEST, token }, JOBS).metadata,
        creationTimestamp: "2030-01-01T00:00:00Z",
      },
    });

    it("goes through all pages", async () => {
      kubernetes.answer(page([job("one")], "next"), page([job("two"), {}]));
      const running = await listed(launcher);
      expect(running.map(({ token }) => token)).to.deep.equal(["one", "two"]);
      const [first, second] = kubernetes.seen;
      expect(first?.path).to.equal("/apis/batch/v1/namespaces/bots/jobs");
      expect(first?.query["labelSelector"]).to.match(/^meeting-bot\/scope=[0-9a-f]{32}$/);
      expect(second?.query).to.deep.equal({ ...first?.query, continue: "next" });
      expect(running[0]?.startedAt).to.equal(Date.UTC(2030));
    });

    it("fails when it cannot be asked, or not to the end", async () => {
      for (const answers of [
        [status(403, "Forbidden", "hm")],
        [page([], "n"), status(410, "Expired", "hm")],
      ]) {
        kubernetes.answer(...answers);
        expect(await listed(launcher).catch((error: unknown) => error)).to.be.an("error");
      }
    });
  });

  it("makes the calls that it says it makes, and no other", async () => {
    kubernetes.answer(CREATED, NOT_FOUND, page([]), { status: 200, body: {} }, page([]));
    await launcher.launch(REQUEST);
    await launcher.inspect(EXECUTION);
    await launcher.cancel(EXECUTION);
    await listed(launcher);
    expect(kubernetes.seen.map(callOf)).to.have.deep.members([...CALLS]);
  });
});
