import { ListTasksCommand } from "@aws-sdk/client-ecs";
import { expect } from "chai";
import { CLUSTER, clientOf, definitionOf, refusal, shell, TestEcs } from "./local-ecs.ts";

const AUTHORIZATION = `AWS4-HMAC-SHA256 Credential=AKID/20260101/eu-central-1/ecs/aws4_request, SignedHeaders=host;x-amz-date, Signature=${"0".repeat(64)}`;

const HEADERS = {
  "Content-Type": "application/x-amz-json-1.1",
  "X-Amz-Target": "AmazonEC2ContainerServiceV20141113.ListTasks",
  "X-Amz-Date": "20260101T000000Z",
  Authorization: AUTHORIZATION,
};

/** What is refused before an operation is served, by its type. */
const REFUSED: [type: string, headers: object, body: string][] = [
  ["UnknownOperationException", { "X-Amz-Target": "AmazonEC2ContainerServiceV20141113.Fly" }, "{}"],
  ["UnknownOperationException", { "X-Amz-Target": "Other.ListTasks" }, "{}"],
  ["SerializationException", { "Content-Type": "application/json" }, "{}"],
  ["SerializationException", {}, "{"],
  ["MissingAuthenticationTokenException", { Authorization: "" }, "{}"],
  ["InvalidSignatureException", { "X-Amz-Date": "20260102T000000Z" }, "{}"],
  ["InvalidSignatureException", { Authorization: AUTHORIZATION.replace("/ecs/", "/s3/") }, "{}"],
  ["InvalidParameterException", {}, JSON.stringify({ cluster: CLUSTER, fmaily: "x" })],
  ["InvalidParameterException", {}, JSON.stringify({ cluster: 7 })],
  ["InvalidParameterException", {}, "[]"],
];

describe("ECS's protocol", () => {
  let ecs: TestEcs;

  before(async () => {
    ecs = await TestEcs.start([definitionOf([shell("manager", "true")])], { mode: "accept" });
  });

  after(() => ecs.stop());

  const post = (headers: object, body: string) =>
    fetch(ecs.server.url, { method: "POST", headers: { ...HEADERS, ...headers }, body });

  it("is AWS JSON 1.1", async () => {
    const response = await post({}, JSON.stringify({ cluster: CLUSTER }));
    expect(response.status).to.equal(200);
    expect(response.headers.get("Content-Type")).to.equal("application/x-amz-json-1.1");
    expect(await response.json()).to.deep.equal({ taskArns: [] });
  });

  for (const [type, headers, body] of REFUSED) {
    it(`refuses ${body} with ${JSON.stringify(headers)} as ${type}`, async () => {
      const response = await post(headers, body);
      expect(response.status).to.equal(400);
      expect(await response.json()).to.include({ __type: type });
    });
  }

  it("refuses a client of another region", async () => {
    const client = clientOf(ecs.server.url, "us-east-1");
    const error = await refusal(client.send(new ListTasksCommand({ cluster: CLUSTER })));
    client.destroy();
    expect(error.name).to.equal("InvalidSignatureException");
    expect(error.message).to.equal("Credential should be scoped to a valid region.");
  });
});
