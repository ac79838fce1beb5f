import { expect } from "chai";
import type { Case } from "./cases.ts";
import { describeRow } from "./row.ts";
import { openWorld, type World } from "./world.ts";

/** Declares a test for each line of each table. */
export function describeTables(cases: readonly Case[]): void {
  for (const { title, name, spelling, rows } of cases) {
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
}
