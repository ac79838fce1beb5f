import { expect } from "chai";
import { describeRow } from "./row.ts";
import type { Case, World } from "./world.ts";

/** Declares a test for each line of each table. */
export function describeTables<Service>(cases: readonly Case<Service>[]): void {
  for (const { title, rules, rows, open } of cases) {
    describe(`who may do what, ${title}`, function () {
      this.timeout(20_000);
      let world: World<Service>;

      before(async () => {
        world = await open(rules, "table");
      });

      after(() => world[Symbol.asyncDispose]());

      for (const row of rows) {
        it(describeRow(row), async () => {
          expect(await world.allows(row)).to.equal(row.may);
        });
      }
    });
  }
}
