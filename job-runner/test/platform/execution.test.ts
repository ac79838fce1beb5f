import type { ServerResponse } from "node:http";
import { expect } from "chai";
import { findExecution } from "../../src/platform/execution.ts";
import { ContainerEndpoints } from "./support/container-endpoints.ts";

describe("findExecution", () => {
  let endpoints: ContainerEndpoints;
  beforeEach(async () => {
    endpoints = await ContainerEndpoints.start();
  });
  afterEach(() => endpoints.stop());

  const taskMetadataUri = () => `${endpoints.url}/v4/me`;

  it("asks ECS which task this is", async () => {
    const execution = await findExecution({ taskMetadataUri: taskMetadataUri() });
    expect(execution).to.deep.equal({ launcher: "ecs", name: "arn:of:this:task" });
  });

  it("asks nobody when it knows", async () => {
    const execution = { launcher: "gke", name: "bots/bot-1" };
    const found = await findExecution({ execution, taskMetadataUri: taskMetadataUri() });
    expect(found).to.equal(execution);
    expect(endpoints.asked).to.deep.equal([]);
  });

  const useless: Record<string, (response: ServerResponse) => void> = {
    "an answer that is none": (response) => response.writeHead(500).end(),
    "an answer that is no JSON": (response) => response.end("<html>"),
    "an answer without a task": (response) => response.end("{}"),
    "an answer whose task is no text": (response) => response.end('{"TaskARN": 1}'),
    "an answer that is null": (response) => response.end("null"),
    "a connection that breaks": (response) => response.destroy(),
  };
  for (const [name, answer] of Object.entries(useless)) {
    it(`makes do without after ${name}`, async () => {
      endpoints.answer = answer;
      expect(await findExecution({ taskMetadataUri: taskMetadataUri() })).to.equal(undefined);
      expect(endpoints.asked).to.have.length(1);
    });
  }

  it("makes do without where nobody knows, and asks no stranger", async () => {
    expect(await findExecution({})).to.equal(undefined);
    expect(await findExecution({ taskMetadataUri: "http://example.com/v4" })).to.equal(undefined);
  });
});
