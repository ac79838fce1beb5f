import { ConfigurationError } from "@meeting-bot/core";
import { expect } from "chai";
import { readS3Keys, readSecretList } from "../src/secrets.ts";

describe("readSecretList", () => {
  it("reads one secret, or two in their order, whatever white space is around them", () => {
    expect(readSecretList("NAME", "new")).to.deep.equal(["new"]);
    expect(readSecretList("NAME", " new\n\told\n")).to.deep.equal(["new", "old"]);
  });

  for (const [value, leastCharacters] of [
    ["", 1],
    [" \n", 1],
    ["hidden1 hidden2 hidden3", 1],
    ["hidden1", 8],
    ["hidden-1 hidden2", 8],
  ] as const) {
    it(`refuses ${JSON.stringify(value)} where ${leastCharacters} characters are wanted, and tells nothing of it`, () => {
      const read = () => readSecretList("NAME", value, leastCharacters);
      expect(read)
        .to.throw(ConfigurationError)
        .with.property("message")
        .that.contains("NAME")
        .and.does.not.contain("hidden");
    });
  }
});

describe("readS3Keys", () => {
  it("reads the id and the secret of a key", () => {
    const keys = { accessKeyId: "id", secretAccessKey: "secret" };
    expect(readS3Keys("NAME", " id\tsecret\n")).to.deep.equal(keys);
  });

  it("knows that there may be none", () => {
    expect(readS3Keys("NAME", "none\n")).to.equal(undefined);
  });

  for (const value of ["", " ", "hidden", "hidden hidden hidden"]) {
    it(`refuses ${JSON.stringify(value)}, and tells nothing of it`, () => {
      expect(() => readS3Keys("NAME", value))
        .to.throw(ConfigurationError)
        .with.property("message")
        .that.contains("NAME")
        .and.does.not.contain("hidden");
    });
  }
});
