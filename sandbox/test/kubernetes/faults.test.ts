import { expect } from "chai";
import { until } from "../../../test/eventually.ts";
import { refusals } from "../../src/kubernetes/refusals.ts";
import { jobOf, TestKubernetes } from "./local-kubernetes.ts";
import { refusal } from "./refusal.ts";

describe("a fault that is injected", () => {
  let kubernetes: TestKubernetes;

  beforeEach(async () => {
    kubernetes = await TestKubernetes.start({ mode: "accept" });
  });
  afterEach(() => kubernetes.stop());

  const cases: [keyof typeof refusals, number, string | undefined, RegExp][] = [
    [
      "forbidden",
      403,
      "Forbidden",
      /^jobs\.batch is forbidden: User "sandbox" cannot create resource "jobs" in API group "batch" in the namespace "default"$/,
    ],
    ["quota", 403, "Forbidden", /exceeded quota: bots, requested: count\/jobs\.batch=1/],
    ["too-many-requests", 429, undefined, /^Too many requests, please try again later\./],
    ["internal", 500, "InternalError", /^Internal error occurred: etcdserver: request timed out$/],
    ["unavailable", 503, "ServiceUnavailable", /currently unable to handle the request/],
  ];
  for (const [name, code, reason, message] of cases) {
    it(`refuses one creation: ${name}`, async () => {
      kubernetes.server.inject({ kind: "refuse", answer: refusals[name] });
      const refused = await refusal(kubernetes.create(jobOf("refused")));
      expect(refused.code).to.equal(code);
      expect(refused.body.reason).to.equal(reason);
      expect(refused.body.message).to.match(message);
      expect(kubernetes.server.jobs()).to.deep.equal([]);
      await kubernetes.create(jobOf("refused"));
    });
  }

  it("happens as often as it is asked for, to the verb that it is for", async () => {
    const answer = refusals.forbidden;
    kubernetes.server.inject({ kind: "refuse", verb: "get", answer }, 2);
    await kubernetes.create(jobOf("read"));
    expect((await refusal(kubernetes.read("read"))).code).to.equal(403);
    expect((await refusal(kubernetes.read("read"))).code).to.equal(403);
    await kubernetes.read("read");
  });

  it("never answers a creation that has happened", async () => {
    kubernetes.server.inject({ kind: "silent" });
    const creation = kubernetes.create(jobOf("silent")).then(
      () => "answered",
      () => "broken off",
    );
    await until(() => kubernetes.server.jobs()[0]?.ended !== undefined);
    await kubernetes.ended("silent");
    await kubernetes.server.stop();
    expect(await creation).to.equal("broken off");
    kubernetes = await TestKubernetes.start();
  });
});
