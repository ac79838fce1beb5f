import { expect } from "chai";
import { CASES, type Case } from "./cases.ts";
import { type Mutation, mutationsOf } from "./mutations.ts";
import type { Row } from "./row.ts";
import { STORAGE_CASES } from "./storage-cases.ts";
import { openWorld, type World } from "./world.ts";

const BATCH = 16;

/** What was mutated under one configuration needs no second look under another, however it is spelt. */
function newMutationsOf({ spelling }: Case, seen: Set<string>): Mutation[] {
  const isNew = ({ condition }: Mutation) => !seen.has(withoutNames(condition));
  const mutations = mutationsOf(spelling.rules).filter(isNew);
  for (const { condition } of mutations) seen.add(withoutNames(condition));
  return mutations;
}

function withoutNames(condition: string): string {
  return condition.replace(/'[^']*'|\/\S+/g, "…");
}

/** The first rows that are no longer as the table says. */
async function findBroken(world: World, rows: readonly Row[]): Promise<Row[]> {
  for (let at = 0; at < rows.length; at += BATCH) {
    const batch = rows.slice(at, at + BATCH);
    const allowed = await Promise.all(batch.map((row) => world.allows(row)));
    const broken = batch.filter(({ may }, index) => may !== allowed[index]);
    if (broken.length > 0) return broken;
  }
  return [];
}

describe("the conditions of the rules", () => {
  for (const { title, spelling } of [...CASES, ...STORAGE_CASES]) {
    it(`are all found, ${title}`, () => {
      const code = spelling.rules.replace(/\/\/.*/g, "");
      const signs = code.match(/\breturn\b|: if\b|&&|\|\|/g) ?? [];
      const found = mutationsOf(spelling.rules).filter(({ value }) => value);
      expect(found).to.have.lengthOf(signs.length);
    });
  }
});

for (const cases of [CASES, STORAGE_CASES]) {
  const seen = new Set<string>();
  for (const tested of cases) describeMutations(tested, newMutationsOf(tested, seen));
}

function describeMutations({ title, name, spelling, rows }: Case, mutations: Mutation[]): void {
  describe(`a condition of the rules ${title}`, function () {
    this.timeout(60_000);

    for (const [index, mutation] of mutations.entries()) {
      const { line, condition, value, rules } = mutation;
      it(`cannot be ${value} without breaking a row: line ${line}, ${condition}`, async () => {
        await using world = await openWorld(`demo-rules-${name}-${index}`, rules, spelling);
        // Only what was refused can become allowed by letting more through, and the reverse.
        const affected = rows.filter(({ may }) => may !== value);
        expect(await findBroken(world, affected)).to.not.have.lengthOf(0);
      });
    }
  });
}
