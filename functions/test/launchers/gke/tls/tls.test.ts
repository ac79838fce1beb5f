import type { Launcher } from "@meeting-bot/core";
import { expect } from "chai";
import { TestKubernetes } from "../../../../../sandbox/test/kubernetes/local-kubernetes.ts";
import { until } from "../../../../../test/eventually.ts";
import { kubeConfigOf } from "../../../../src/launchers/gke/credentials.ts";
import { GkeLauncher } from "../../../../src/launchers/gke/launcher.ts";
import { listed } from "../../launcher-contract/bench.ts";
import { JOB_NAME, JOBS, REQUEST, SCOPE } from "../gke-under-test.ts";
import { certify, type Identity, makeAuthority } from "./certificates.ts";
import { TlsFront } from "./tls-front.ts";
import { WAYS, type Way } from "./ways.ts";

describe("GkeLauncher, over TLS", () => {
  let authority: Identity;
  let kubernetes: TestKubernetes;
  let front: TlsFront;
  before(async () => {
    authority = await makeAuthority();
  });
  beforeEach(async () => {
    kubernetes = await TestKubernetes.start({ mode: "accept" });
    front = await TlsFront.start(kubernetes.server.url, await certify(authority));
  });
  afterEach(async () => {
    await front.stop();
    await kubernetes.stop();
  });

  /** Puts another server in the place of the cluster's own. */
  const certifiedAs = async (identity: Identity) => {
    await front.stop();
    front = await TlsFront.start(kubernetes.server.url, identity);
  };

  for (const [name, open] of Object.entries(WAYS)) {
    describe(`by ${name}`, () => {
      let way: Way;
      beforeEach(async () => {
        way = await open();
        await way.give("first");
        front.token = "first";
      });
      afterEach(() => way.close());

      it("launches, lists, inspects and cancels, with a token in each call", async () => {
        const launcher = await way.connect(front.port, authority.cert);
        const outcome = await launcher.launch(REQUEST);
        if (outcome.kind !== "launched") throw new Error(JSON.stringify(outcome));
        expect(kubernetes.server.jobs().map((job) => job.name)).to.deep.equal([JOB_NAME]);
        await listed(launcher, SCOPE);
        expect(await launcher.inspect(outcome.execution)).to.not.include({ state: "unreachable" });
        await launcher.cancel(outcome.execution);
        await until(async () => (await launcher.inspect(outcome.execution)).state === "not-found");
        expect(new Set(front.shown)).to.deep.equal(new Set(["Bearer first"]));
      });

      it("shows a fresh token once the last one has expired", async () => {
        const launcher = await way.connect(front.port, authority.cert);
        await way.give("first", "no longer");
        expect(await launcher.launch(REQUEST)).to.include({ kind: "launched" });
        await way.give("second");
        front.token = "second";
        expect(await listed(launcher, SCOPE)).to.be.an("array");
        expect(front.shown).to.deep.equal(["Bearer first", "Bearer second"]);
      });

      it("is refused, in words, with a token that is not accepted", async () => {
        front.token = "another";
        const launcher = await way.connect(front.port, authority.cert);
        expect(await refusalOf(launcher)).to.match(/did not accept the functions' credentials/);
        expect(front.shown).to.deep.equal(["Bearer first"]);
        expect(await launcher.inspect({ launcher: "gke", name: `default/${JOB_NAME}` }))
          .to.have.property("reason")
          .that.matches(/^Kubernetes answered 401/);
      });

      it("shows nothing to a server that another authority has certified", async () => {
        await certifiedAs(await certify(await makeAuthority()));
        const launcher = await way.connect(front.port, authority.cert);
        expect(await refusalOf(launcher)).to.match(/not of the expected authority/);
        expect(front.shown).to.deep.equal([]);
      });

      it("shows nothing to a server that was certified for another address", async () => {
        await certifiedAs(await certify(authority, "127.0.0.2"));
        const launcher = await way.connect(front.port, authority.cert);
        expect(await refusalOf(launcher)).to.match(/not of the expected authority/);
        expect(front.shown).to.deep.equal([]);
      });
    });
  }

  it("trusts the public authorities alone where it is told none", async () => {
    const connection = {
      kind: "google",
      server: `https://localhost:${front.port}`,
      ca: "",
    } as const;
    const launcher = new GkeLauncher(
      kubeConfigOf(connection, async () => "first"),
      JOBS,
    );
    expect(await refusalOf(launcher)).to.match(/not of the expected authority/);
    expect(front.shown).to.deep.equal([]);
  });
});

/** How the user is told of a launch that must be refused. */
async function refusalOf(launcher: Launcher): Promise<string> {
  const outcome = await launcher.launch(REQUEST);
  if (outcome.kind === "refused") return outcome.failure.message;
  throw new Error(`not refused but ${JSON.stringify(outcome)}`);
}
