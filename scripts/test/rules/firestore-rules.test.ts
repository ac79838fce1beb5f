import { readFileSync } from "node:fs";
import { expect } from "chai";
import { CASES } from "./cases.ts";
import { describeRow } from "./row.ts";
import { spellingOf } from "./spelling.ts";
import { openWorld, type World } from "./world.ts";

describe("firestore.rules", () => {
  it("is what the generator prints for the defaults", () => {
    expect(readFileSync("firestore.rules", "utf8")).to.equal(spellingOf().rules);
  });
});

for (const { title, name, spelling, rows } of CASES) {
  describe(`who may do what, ${title}`, function () {
    this.timeout(20_000);
    let world: World;

    before(async () => {
      world = await openWorld(`demo-rules-${name}`, spelling.rules, spelling);
    });

    after(() => world[Symbol.asyncDispose]());

    for (const row of rows) {
      it(describeRow(row), async () => {
        expect(await world.allows(row)).to.equal(row.may);
      });
    }
  });
}
