import type { Firestore } from "@google-cloud/firestore";
import { expect } from "chai";
import { INDEXES } from "./indexes.ts";
import { QUERIES } from "./queries.ts";
import { READS } from "./reads.ts";
import type { Row } from "./row.ts";
import { VALUES } from "./values.ts";
import { WRITES } from "./writes.ts";

const ROWS: Readonly<Record<string, readonly Row[]>> = {
  writes: WRITES,
  values: VALUES,
  reads: READS,
  queries: QUERIES,
  indexes: INDEXES,
};

/** What our adapters rely on of Firestore, for the emulator and for what stands in for the service. */
export function describeFirestore(name: string, isEmulator: boolean, open: () => Firestore): void {
  describe(`${name}: what our adapters rely on`, function () {
    // The client asks again for seconds when a read is refused.
    this.timeout(40_000);

    let firestore: Firestore;
    beforeEach(() => {
      firestore = open();
    });
    afterEach(() => firestore.terminate());

    for (const [about, rows] of Object.entries(ROWS)) {
      describe(about, () => {
        for (const { what, run, is, emulator } of rows) {
          const other = isEmulator ? emulator : undefined;
          it(other ? `${what}: not on the emulator` : what, async () => {
            expect(await run(firestore), other?.why).to.deep.equal(other ? other.is : is);
          });
        }
      });
    }
  });
}
