import type { ServerResponse } from "node:http";
import { MINUTE } from "@meeting-bot/core";
import { expect } from "chai";
import { ContainerCredentials } from "../../src/platform/container-credentials.ts";
import { ContainerEndpoints } from "./support/container-endpoints.ts";

const REGION = "eu-central-1";

describe("ContainerCredentials", () => {
  let endpoints: ContainerEndpoints;
  let now: number;
  let credentials: ContainerCredentials;
  beforeEach(async () => {
    endpoints = await ContainerEndpoints.start();
    now = Date.now();
    credentials = make();
  });
  afterEach(() => endpoints.stop());

  const make = (authorization?: string) => {
    const source = { uri: `${endpoints.url}/role`, ...(authorization && { authorization }) };
    return new ContainerCredentials(source, REGION, () => now);
  };
  const keyOf = async () => (await credentials.getAwsSecurityCredentials()).accessKeyId;
  const unavailable = (response: ServerResponse) => response.writeHead(503).end();

  it("gives the role's credentials and the region", async () => {
    expect(await credentials.getAwsRegion()).to.equal(REGION);
    expect(await credentials.getAwsSecurityCredentials()).to.deep.equal({
      accessKeyId: "ASIA1",
      secretAccessKey: "secret-1",
      token: "session-1",
    });
  });

  it("shows what it was given to show", async () => {
    await make("letter").getAwsSecurityCredentials();
    expect(endpoints.asked).to.deep.equal([{ path: "/role", authorization: "letter" }]);
  });

  it("keeps them until five minutes before they end", async () => {
    endpoints.lifetimeSeconds = 3600;
    await keyOf();
    now += 54 * MINUTE;
    expect(await keyOf()).to.equal("ASIA1");
    now += 2 * MINUTE;
    expect(await keyOf()).to.equal("ASIA2");
  });

  it("goes on with them while they hold when there are no new ones", async () => {
    endpoints.lifetimeSeconds = 3600;
    await keyOf();
    endpoints.answer = unavailable;
    now += 56 * MINUTE;
    expect(await keyOf()).to.equal("ASIA1");
    expect(endpoints.asked).to.have.length(2);
    endpoints.answer = undefined;
    expect(await keyOf()).to.equal("ASIA3");
  });

  it("has none when they have ended and there are no new ones", async () => {
    endpoints.lifetimeSeconds = 3600;
    await keyOf();
    endpoints.answer = unavailable;
    now += 61 * MINUTE;
    const error = await keyOf().catch((thrown: unknown) => thrown);
    expect(error).to.be.an("error").with.property("message").that.contains("no credentials");
    expect(error).to.have.nested.property("cause.message").that.contains("status 503");
  });

  for (const answer of ["{}", "null", '{"AccessKeyId":"a","SecretAccessKey":"b","Token":"c"}']) {
    it(`does not take ${answer} for credentials`, async () => {
      endpoints.answer = (response) => response.end(answer);
      const error = await keyOf().catch((thrown: unknown) => thrown);
      expect(error).to.have.nested.property("cause.message", "The answer holds no credentials.");
    });
  }

  it("asks nobody but ECS or this machine", () => {
    const make = () => new ContainerCredentials({ uri: "http://example.com/role" }, REGION);
    expect(make).to.throw(/not at example\.com/);
  });

  it("says that what it is to show cannot be shown, without saying what it is", () => {
    expect(() => make("let\nter")).to.throw(/^AWS_CONTAINER_AUTHORIZATION_TOKEN holds what no/);
  });
});
