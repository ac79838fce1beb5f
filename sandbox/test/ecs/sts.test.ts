import { ECSClient, ListTasksCommand } from "@aws-sdk/client-ecs";
import { fromWebToken } from "@aws-sdk/credential-provider-web-identity";
import { expect } from "chai";
import { type Sts, startSts } from "../../src/ecs/sts.ts";
import { CLUSTER, definitionOf, REGION, refusal, shell, TestEcs } from "./local-ecs.ts";

const ROLE = "arn:aws:iam::123456789012:role/launcher";
const TRUSTED = { iss: "https://accounts.google.com", aud: "sts.amazonaws.com", sub: "1234567" };
const CLAIMS = { ...TRUSTED, exp: Math.floor(Date.now() / 1000) + 3600 };

const tokenOf = (claims: object) =>
  ["{}", JSON.stringify(claims), "signature"]
    .map((part) => Buffer.from(part).toString("base64url"))
    .join(".");

/** What is refused, by what the client makes of the error's code. */
const REFUSED: [code: string, why: string, more: object][] = [
  ["AccessDenied", "a role that does not exist", { roleArn: `${ROLE}s` }],
  [
    "AccessDenied",
    "another service account",
    { webIdentityToken: tokenOf({ ...CLAIMS, sub: "7" }) },
  ],
  ["AccessDenied", "another audience", { webIdentityToken: tokenOf({ ...CLAIMS, aud: "b" }) }],
  ["AccessDenied", "another issuer", { webIdentityToken: tokenOf({ ...CLAIMS, iss: "x" }) }],
  [
    "ExpiredTokenException",
    "an expired token",
    { webIdentityToken: tokenOf({ ...CLAIMS, exp: 1 }) },
  ],
  [
    "InvalidIdentityTokenException",
    "a token that never expires",
    { webIdentityToken: tokenOf(TRUSTED) },
  ],
  ["InvalidIdentityTokenException", "what is no token", { webIdentityToken: "token" }],
  ["InvalidIdentityTokenException", "a token of no JSON", { webIdentityToken: "a.b.c" }],
  ["ValidationError", "no token", { webIdentityToken: "" }],
  ["ValidationError", "a role that is no ARN", { roleArn: "launcher" }],
  ["ValidationError", "a session's name with a space", { roleSessionName: "a b" }],
  ["ValidationError", "more than an hour", { durationSeconds: 3601 }],
  ["ValidationError", "less than a quarter of an hour", { durationSeconds: 899 }],
];

describe("the local STS", () => {
  let sts: Sts;
  let ecs: TestEcs;
  let clients: ECSClient[];

  before(async () => {
    sts = await startSts({ roles: { [ROLE]: TRUSTED } });
    ecs = await TestEcs.start([definitionOf([shell("manager", "true")])], {
      mode: "accept",
      authority: sts,
    });
  });

  beforeEach(() => {
    clients = [];
  });

  afterEach(() => {
    for (const client of clients) client.destroy();
  });

  after(async () => {
    await ecs.stop();
    await sts.stop();
  });

  const credentials = (more: object = {}) =>
    fromWebToken({
      roleArn: ROLE,
      roleSessionName: "launcher",
      webIdentityToken: tokenOf(CLAIMS),
      clientConfig: { endpoint: sts.url, region: REGION, maxAttempts: 1 },
      ...more,
    });
  const listAs = (provider: ReturnType<typeof credentials>) => {
    const options = { endpoint: ecs.server.url, region: REGION, maxAttempts: 1 };
    const client = new ECSClient({ ...options, credentials: provider });
    clients.push(client);
    return client.send(new ListTasksCommand({ cluster: CLUSTER }));
  };

  it("gives credentials for an identity token, which ECS then takes", async () => {
    expect((await listAs(credentials())).taskArns).to.deep.equal([]);
    const given = sts.sessions().at(-1);
    expect(given).to.include({ roleArn: ROLE, sessionName: "launcher" });
  });

  it("tells them in the client's words, with the session's expiry", async () => {
    const { accessKeyId, sessionToken, expiration } = await credentials({ durationSeconds: 900 })();
    const given = sts.sessions().at(-1);
    expect({ accessKeyId, sessionToken }).to.deep.equal({
      accessKeyId: given?.accessKeyId,
      sessionToken: given?.sessionToken,
    });
    expect(Number(expiration)).to.equal(given?.expiresAt);
    expect(Number(expiration) - Date.now()).to.be.within(890_000, 900_000);
  });

  for (const [code, why, more] of REFUSED) {
    it(`refuses ${why} with ${code}`, async () => {
      const before = sts.sessions().length;
      const error = await refusal(credentials(more)());
      expect(error.name).to.equal(code);
      expect(sts.sessions()).to.have.length(before);
    });
  }

  it("knows no other action", async () => {
    const body = new URLSearchParams({ Action: "AssumeRole", Version: "2011-06-15" });
    const response = await fetch(sts.url, { method: "POST", body });
    expect(response.status).to.equal(400);
    expect(await response.text()).to.include("<Code>InvalidAction</Code>");
  });

  it("lets ECS refuse everybody else's credentials, and a session's without its token", async () => {
    const { accessKeyId, secretAccessKey } = await credentials()();
    for (const strange of [
      { accessKeyId: "AKIDTEST", secretAccessKey: "x" },
      { accessKeyId, secretAccessKey },
    ]) {
      const error = await refusal(listAs(async () => strange));
      expect(error.name).to.equal("UnrecognizedClientException");
    }
  });

  it("lets ECS refuse a session that has expired", async () => {
    const provider = credentials();
    const given = await provider();
    sts.expire();
    const error = await refusal(listAs(async () => ({ ...given, expiration: undefined })));
    expect(error.name).to.equal("ExpiredTokenException");
  });
});
