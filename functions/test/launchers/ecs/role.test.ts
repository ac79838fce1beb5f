import type { Launcher } from "@meeting-bot/core";
import { expect } from "chai";
import { googleIdentityToken } from "../../../src/aws-role.ts";
import { connectEcs } from "../../../src/launchers/ecs/launcher.ts";
import { LocalSts } from "./support/local-sts.ts";
import { type LoopbackServer, startLoopback } from "./support/loopback-server.ts";
import { arnOf, REGION, REQUEST, TASK } from "./support/requests.ts";
import { ScriptedEcs } from "./support/scripted-ecs.ts";

const ROLE = "arn:aws:iam::123456789012:role/launcher";
const AUDIENCE = "sts.amazonaws.com";
const LAUNCHED = { body: { tasks: [{ taskArn: arnOf("a") }] } };

/** What Google's library finds in a function: its project, and where the metadata server is. */
const VARIABLES = ["GCLOUD_PROJECT", "GCE_METADATA_HOST", "METADATA_SERVER_DETECTION"];

describe("a function's way to AWS", () => {
  let ecs: ScriptedEcs;
  let sts: LocalSts;
  let metadata: LoopbackServer;
  let asked: URL[];
  let launcher: Launcher;
  const before = VARIABLES.map((name) => [name, process.env[name]] as const);

  /** The metadata server of a function: numbered identity tokens of its service account. */
  async function startMetadata(): Promise<LoopbackServer> {
    return startLoopback((request, response) => {
      const url = new URL(request.url ?? "", "http://metadata");
      response.setHeader("metadata-flavor", "Google");
      if (!url.pathname.endsWith("/service-accounts/default/identity")) {
        response.end("{}");
        return;
      }
      asked.push(url);
      response.end(`header.identity-${asked.length}.signature`);
    });
  }

  beforeEach(async () => {
    asked = [];
    [ecs, sts, metadata] = await Promise.all([
      ScriptedEcs.start(),
      LocalSts.start(),
      startMetadata(),
    ]);
    process.env["GCLOUD_PROJECT"] = "demo-test";
    process.env["GCE_METADATA_HOST"] = metadata.address;
    process.env["METADATA_SERVER_DETECTION"] = "assume-present";
    launcher = connect(sts.address);
  });

  afterEach(async () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    await Promise.all([ecs.stop(), sts.stop(), metadata.stop()]);
  });

  const connect = (stsEndpoint: string, launchTimeoutSeconds = 4) =>
    connectEcs(
      {
        ...TASK,
        region: REGION,
        scratchGibibytes: 50,
        roleArn: ROLE,
        roleAudience: AUDIENCE,
        endpoint: ecs.address,
        stsEndpoint,
      },
      { launchTimeoutSeconds },
    );

  it("is an identity token of its service account, for the audience that the role trusts", async () => {
    expect(await googleIdentityToken(AUDIENCE)).to.equal("header.identity-1.signature");
    expect(asked[0]?.searchParams.get("audience")).to.equal(AUDIENCE);
  });

  it("is to assume the role with that token, and to sign with what STS gives for it", async () => {
    ecs.script(LAUNCHED);
    expect(await launcher.launch(REQUEST)).to.include({ kind: "launched" });
    expect(sts.calls).to.have.length(1);
    expect(sts.calls[0]).to.include({
      Action: "AssumeRoleWithWebIdentity",
      RoleArn: ROLE,
      RoleSessionName: "meeting-bot-functions",
      WebIdentityToken: "header.identity-1.signature",
    });
    const [call] = ecs.calls;
    expect(call?.authorization).to.match(
      /^AWS4-HMAC-SHA256 Credential=ASIA1\/\d+\/eu-central-1\/ecs\//,
    );
    expect(call?.sessionToken).to.equal("session-1");
  });

  it("uses what it has while that holds", async () => {
    ecs.script(LAUNCHED, LAUNCHED);
    await launcher.launch(REQUEST);
    await launcher.launch(REQUEST);
    expect(sts.calls).to.have.length(1);
  });

  it("gets other credentials before the old ones end, each for a token that is new", async () => {
    sts.lifetimeSeconds = 299;
    ecs.script(LAUNCHED, LAUNCHED);
    await launcher.launch(REQUEST);
    await launcher.launch(REQUEST);
    const [first, second] = ecs.calls;
    expect(second?.sessionToken)
      .to.match(/^session-\d$/)
      .and.not.equal(first?.sessionToken);
    const tokens = sts.calls.map(({ WebIdentityToken: token }) => token);
    expect(new Set(tokens)).to.have.property("size", tokens.length);
  });

  it("is closed by a trust policy that does not fit: nothing is launched", async () => {
    sts.refusal = { code: "AccessDenied", status: 403 };
    const outcome = await launcher.launch(REQUEST);
    if (outcome.kind !== "refused") throw new Error(`not refused but ${outcome.kind}`);
    expect(outcome.failure).to.include({ retryable: true, needsOperator: true });
    expect(outcome.failure.message).to.contain("trust policy");
    expect(outcome.failure.platformReason).to.contain("AccessDenied");
    expect(ecs.calls).to.deep.equal([]);
  });

  it("is closed, for now, by an STS that does not answer", async () => {
    const outcome = await connect("127.0.0.1:1").launch(REQUEST);
    expect(outcome)
      .to.have.property("failure")
      .that.includes({ retryable: true })
      .and.not.has.property("needsOperator");
  });

  it("says nowhere what the tokens are", async () => {
    sts.refusal = { code: "InvalidIdentityToken", status: 400 };
    const outcome = await launcher.launch(REQUEST);
    expect(JSON.stringify(outcome))
      .to.contain("InvalidIdentityToken")
      .and.not.contain("identity-1");
  });

  it("tells a task that it could not ask about from one that is gone", async () => {
    sts.refusal = { code: "AccessDenied", status: 403 };
    const verdict = await launcher.inspect({ launcher: "ecs", name: arnOf("a") });
    expect(verdict).to.include({ state: "unreachable" });
  });

  it("does not hold a launch up for longer than that may take", async () => {
    const silent = await startLoopback(() => undefined);
    try {
      const outcome = await connect(silent.address, 0.3).launch(REQUEST);
      expect(outcome).to.include({ kind: "unknown" });
      expect(ecs.calls).to.deep.equal([]);
    } finally {
      await silent.stop();
    }
  });
});
