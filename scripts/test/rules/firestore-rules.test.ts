import { readFileSync } from "node:fs";
import { expect } from "chai";
import { FIRESTORE_CASES } from "./firestore-cases.ts";
import { spellingOf } from "./spelling.ts";
import { describeTables } from "./tables.ts";

describe("firestore.rules", () => {
  it("is what the generator prints for the defaults", () => {
    expect(readFileSync("firestore.rules", "utf8")).to.equal(spellingOf().rules);
  });

  describeTables(FIRESTORE_CASES);
});
