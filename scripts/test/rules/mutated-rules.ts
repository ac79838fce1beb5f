import { expect } from "chai";
import { type Mutation, mutationsOf } from "./mutations.ts";
import type { Row } from "./row.ts";
import type { Case, World } from "./world.ts";

const BATCH = 16;

/** Declares a test for each condition of the rules: it cannot be changed without breaking a line of a table. */
export function describeMutations<Service>(cases: readonly Case<Service>[]): void {
  const seen = new Set<string>();
  for (const tested of cases) {
    describeConditions(tested);
    describeMutated(tested, newMutationsOf(tested.rules, seen));
  }
}

function describeConditions({ title, rules }: Case<never>): void {
  it(`finds every condition of the rules, ${title}`, () => {
    const code = rules.replace(/\/\/.*/g, "");
    const signs = code.match(/\breturn\b|: if\b|&&|\|\|/g) ?? [];
    const found = mutationsOf(rules).filter(({ value }) => value);
    expect(found).to.have.lengthOf(signs.length);
  });
}

function describeMutated<Service>(
  { title, rows, open }: Case<Service>,
  mutations: readonly Mutation[],
): void {
  describe(`a condition of the rules ${title}`, function () {
    this.timeout(60_000);

    for (const [index, { line, condition, value, rules }] of mutations.entries()) {
      it(`cannot be ${value} without breaking a row: line ${line}, ${condition}`, async () => {
        await using world = await open(rules, String(index));
        // Only what was refused can become allowed by letting more through, and the reverse.
        const affected = rows.filter(({ may }) => may !== value);
        expect(await findBroken(world, affected)).to.not.have.lengthOf(0);
      });
    }
  });
}

/** What was mutated under one configuration needs no second look under another, however it is spelt. */
function newMutationsOf(rules: string, seen: Set<string>): Mutation[] {
  const isNew = ({ condition }: Mutation) => !seen.has(withoutNames(condition));
  const mutations = mutationsOf(rules).filter(isNew);
  for (const { condition } of mutations) seen.add(withoutNames(condition));
  return mutations;
}

function withoutNames(condition: string): string {
  return condition.replace(/'[^']*'|\/\S+/g, "…");
}

/** The first rows that are no longer as the table says. */
async function findBroken<Service>(
  world: World<Service>,
  rows: readonly Row<Service>[],
): Promise<Row<Service>[]> {
  for (let at = 0; at < rows.length; at += BATCH) {
    const batch = rows.slice(at, at + BATCH);
    const allowed = await Promise.all(batch.map((row) => world.allows(row)));
    const broken = batch.filter(({ may }, index) => may !== allowed[index]);
    if (broken.length > 0) return broken;
  }
  return [];
}
