import { expect } from "chai";
import { kubeConfigOf } from "../../../src/launchers/gke/credentials.ts";
import { toJob } from "../../../src/launchers/gke/job.ts";
import { GkeLauncher } from "../../../src/launchers/gke/launcher.ts";
import { expectLaunchFailure } from "../launch-failure.ts";
import {
  CREATED,
  desertedAddress,
  EXECUTION,
  JOBS,
  launcherAt,
  noToken,
  REQUEST,
} from "./gke-under-test.ts";
import { type Answer, ScriptedKubernetes, status } from "./scripted-kubernetes.ts";

/** What each answer means for a launch: how the user is told, and whether an operator has to mend it. */
const REFUSALS: [name: string, answer: Answer, told: RegExp, needsOperator: boolean][] = [
  ["an unknown field", status(400, "BadRequest", "strict decoding error"), /1\.29 or later/, true],
  ["no credentials", { status: 401, body: "" }, /did not accept the functions' cred/, true],
  ["no permission", status(403, "Forbidden", "cannot create"), /deploy\/gke\/role\.yaml/, true],
  ["quota", status(403, "Forbidden", "forbidden: exceeded quota: q"), /quota has no room/, false],
  ["no namespace", status(404, "NotFound", 'namespaces "bots" not found'), /"bots": create/, true],
  ["a clash over quota", status(409, "Conflict", "has been modified"), /was busy/, false],
  ["its size", status(413, "RequestEntityTooLarge", "too large"), /does not accept/, true],
  ["its content", status(422, "Invalid", "is invalid"), /does not accept the Job/, true],
  ["what it does not allow", status(405, "MethodNotAllowed", "no"), /has refused the Job/, true],
  ["too many requests", status(429, "TooManyRequests", "later"), /too much to do/, false],
];

const UNKNOWN: Record<string, Answer> = {
  "an internal error": status(500, "InternalError", "etcdserver: request timed out"),
  "a proxy's page": { status: 502, body: "<html>" },
  "an overloaded server": status(503, "ServiceUnavailable", "hm"),
  "a server that gave up waiting": status(504, "Timeout", "hm"),
  "a connection that breaks": "break",
  "an answer that is none": { status: 201, body: "<html>" },
};

/** As with a Google cluster, but over plain HTTP. */
function asFunction(address: string, token: () => Promise<string>, timeoutMs = 5000) {
  const kubeConfig = kubeConfigOf({ kind: "google", server: `http://${address}`, ca: "" }, token);
  kubeConfig.clusters = kubeConfig.clusters.map((cluster) => ({ ...cluster, skipTLSVerify: true }));
  return new GkeLauncher(kubeConfig, { ...JOBS, timeoutMs });
}

describe("GkeLauncher, launching", () => {
  let kubernetes: ScriptedKubernetes;
  let launcher: GkeLauncher;
  before(async () => {
    kubernetes = await ScriptedKubernetes.start();
    launcher = launcherAt(kubernetes.address);
  });
  after(() => kubernetes.stop());

  it("creates one Job, has Kubernetes check it strictly, and names it", async () => {
    kubernetes.answer(CREATED);
    expect(await launcher.launch(REQUEST)).to.deep.equal({
      kind: "launched",
      execution: EXECUTION,
    });
    expect(kubernetes.seen).to.have.length(1);
    const [seen] = kubernetes.seen;
    expect(seen).to.include({ method: "POST", path: "/apis/batch/v1/namespaces/bots/jobs" });
    expect(seen?.query).to.deep.equal({ fieldValidation: "Strict" });
    expect(seen?.body).to.deep.equal(toJob(REQUEST, JOBS));
  });

  it("has been done before when there is a Job of its name", async () => {
    kubernetes.answer(status(409, "AlreadyExists", "already exists"));
    const outcome = await launcher.launch(REQUEST);
    expect(outcome).to.deep.equal({ kind: "launched", execution: EXECUTION });
  });

  for (const [name, answer, told, needsOperator] of REFUSALS) {
    it(`is refused for ${name}, in words that help`, async () => {
      kubernetes.answer(answer);
      const outcome = await launcher.launch(REQUEST);
      if (outcome.kind !== "refused") throw new Error(`not refused but ${outcome.kind}`);
      expectLaunchFailure(outcome.failure, needsOperator);
      expect(outcome.failure.message).to.match(told);
      expect(outcome.failure.platformReason).to.match(/^Kubernetes answered 4\d\d/);
      expect(kubernetes.seen).to.have.length(1);
    });
  }

  for (const [name, answer] of Object.entries(UNKNOWN)) {
    it(`has an unknown outcome after ${name}, and is not repeated`, async () => {
      kubernetes.answer(answer);
      const outcome = await launcher.launch(REQUEST);
      expect(outcome).to.include({ kind: "unknown" });
      expect(outcome).to.have.property("reason").that.is.a("string").and.not.equal("");
      expect(kubernetes.seen).to.have.length(1);
    });
  }

  it("has an unknown outcome when no answer comes in time", async () => {
    kubernetes.answer("silence");
    const impatient = launcherAt(kubernetes.address, { timeoutMs: 300 });
    expect(await impatient.launch(REQUEST)).to.include({ kind: "unknown" });
    expect(kubernetes.seen).to.have.length(1);
  });

  it("is refused for now where nobody listens: nothing was asked", async () => {
    const outcome = await launcherAt(await desertedAddress()).launch(REQUEST);
    if (outcome.kind !== "refused") throw new Error(`not refused but ${outcome.kind}`);
    expectLaunchFailure(outcome.failure, false);
    expect(outcome)
      .to.have.nested.property("failure.message")
      .that.matches(/not be reached/);
    expect(outcome)
      .to.have.nested.property("failure.platformReason")
      .that.matches(/REFUSED/);
  });

  it("is refused for now without credentials", async () => {
    const server = `http://${kubernetes.address}`;
    const outcome = await asFunction(server, noToken).launch(REQUEST);
    if (outcome.kind !== "refused") throw new Error(`not refused but ${outcome.kind}`);
    expectLaunchFailure(outcome.failure, false);
    expect(outcome).to.have.nested.property("failure.platformReason", "no credentials");
  });

  it("does not send what it got the credentials for too late", async () => {
    kubernetes.answer(CREATED);
    const { promise, resolve } = Promise.withResolvers<string>();
    const slow = asFunction(kubernetes.address, () => promise, 100);
    expect(await slow.launch(REQUEST)).to.include({ kind: "refused" });
    resolve("late");
    expect(await launcher.launch(REQUEST)).to.include({ kind: "launched" });
    expect(kubernetes.seen).to.have.length(1);
  });
});
