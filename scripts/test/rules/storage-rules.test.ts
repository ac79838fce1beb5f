import { readFileSync } from "node:fs";
import { expect } from "chai";
import { renderFile } from "../../rules/marked-block.ts";
import { storageRuleset } from "../../rules/storage-ruleset.ts";

// The emulator runs storage rules in a program of its own, which has to be downloaded: these are read.
describe("storage.rules", () => {
  const rules = readFileSync("storage.rules", "utf8");

  it("is what the generator prints", () => {
    expect(rules).to.equal(renderFile(storageRuleset));
  });

  it("denies every object of every bucket to every client, and says nothing else", () => {
    const words = rules
      .replace(/\/\/.*/g, "")
      .match(/\S+/g)
      ?.join(" ");
    expect(words).to.equal(
      "rules_version = '2'; service firebase.storage { match /b/{bucket}/o {" +
        " match /{object=**} { allow read, write: if false; } } }",
    );
  });
});
