import { expect } from "chai";
import { recordingBaseName, toBotIdentity } from "../../src/bot/bot-identity.ts";

describe("the bot's identity", () => {
  it("is the ids themselves where they are harmless", () => {
    expect(toBotIdentity("user_1", "aB-9")).to.deep.equal({ userId: "user_1", botId: "aB-9" });
    expect(toBotIdentity(undefined, "b").userId).to.equal("unknown");
  });

  for (const id of ["../etc", "a/b", "", "ü", "x".repeat(81), "a b", "."]) {
    it(`makes a path's one segment of ${JSON.stringify(id.slice(0, 10))}, always the same`, () => {
      const { botId } = toBotIdentity("u", id);
      expect(botId).to.match(/^[0-9a-f]{64}$/);
      expect(toBotIdentity("u", id).botId).to.equal(botId);
    });
  }

  it("names the recording as the bot does", () => {
    const name = recordingBaseName({ userId: "user-1", botId: "bot-1" });
    expect(Buffer.from(name, "base64url").toString()).to.equal("user-1bot-10");
    expect(name).to.equal("dXNlci0xYm90LTEw");
  });

  it("keeps every file name within a file system's 255 bytes", () => {
    const longest = { userId: "u".repeat(80), botId: "b".repeat(80) };
    expect(`${recordingBaseName(longest)}.webm`.length).to.be.at.most(255);
  });
});
