import { expect } from "chai";
import { parseCallback } from "../../src/bot/callbacks.ts";

describe("callbacks", () => {
  it("reads a status", () => {
    const body = {
      eventId: null,
      botId: "b1",
      provider: "google",
      status: ["processing", "joined"],
    };
    expect(parseCallback("status", JSON.stringify(body))).to.deep.equal({
      kind: "status",
      botId: "b1",
      statuses: ["processing", "joined"],
    });
  });

  it("reads a log", () => {
    const body = {
      botId: "b1",
      level: "error",
      message: "m",
      category: "WaitingAtLobby",
      subCategory: "Timeout",
    };
    expect(parseCallback("log", JSON.stringify(body))).to.deep.equal({
      kind: "log",
      botId: "b1",
      category: "WaitingAtLobby",
      subCategory: "Timeout",
      message: "m",
    });
  });

  const malformed: ["status" | "log", string][] = [
    ["status", "{"],
    ["status", "null"],
    ["status", "7"],
    ["status", "{}"],
    ["status", '{"status":"finished"}'],
    ["status", '{"status":[1]}'],
    ["log", "[]"],
    ["log", '{"category":1}'],
  ];
  for (const [route, text] of malformed) {
    it(`calls ${text} on ${route} malformed`, () => {
      expect(parseCallback(route, text)).to.include({ kind: "malformed" });
    });
  }

  it("keeps only as much as a bot would send", () => {
    const heard = parseCallback(
      "status",
      JSON.stringify({ status: Array(500).fill("x".repeat(5000)) }),
    );
    expect(JSON.stringify(heard).length).to.be.below(60_000);
  });
});
