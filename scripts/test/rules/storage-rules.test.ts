import { readFileSync } from "node:fs";
import { expect } from "chai";
import { renderFile } from "../../rules/marked-block.ts";
import { storageRuleset } from "../../rules/storage-ruleset.ts";
import { spellingOf } from "./spelling.ts";
import { STORAGE_CASES } from "./storage-cases.ts";
import { describeTables } from "./tables.ts";

describe("storage.rules", () => {
  it("is what the generator prints for the defaults", () => {
    const { config } = spellingOf();
    expect(readFileSync("storage.rules", "utf8")).to.equal(renderFile(storageRuleset(config)));
  });
});

describeTables(STORAGE_CASES);
