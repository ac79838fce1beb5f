import { readFileSync } from "node:fs";
import { expect } from "chai";
import { MUTATIONS, mutate, mutationOf } from "./mutations.ts";
import { tryMutation } from "./trial.ts";

/** What the first stories show; `npm run model -- --mutations` tries all of them. */
const QUICK = [
  "what was read is not guarded",
  "the document's own note decides",
  "another organisation keeps the link",
  "a retry leaves the copies behind",
  "copies of a document are not looked at",
  "a failure replaces the recording",
];

/** The same stories each time: what is tried here is whether faults are found, not whether there are some. */
const PLAN = { stories: 400, seed: 1, seeds: 1, shrinkMs: 0 };

describe("mends that are taken back", function () {
  this.timeout(120_000);

  it("have names of their own", () => {
    const names = MUTATIONS.map(({ name }) => name);
    expect(names).to.have.lengthOf(new Set(names).size);
  });

  for (const mutation of MUTATIONS) {
    it(`"${mutation.name}" finds its text once`, () => {
      const url = new URL(`../../src/${mutation.file}`, import.meta.url);
      expect(mutate(readFileSync(url, "utf8"), mutation)).to.not.equal("");
    });
  }

  it("refuse a text that is not there, or is there twice", () => {
    const mutation = { name: "m", fault: "", file: "f.ts", find: "a b", replace: "" };
    expect(() => mutate("a c", mutation)).to.throw("0 times instead of once");
    expect(() => mutate("a b, a\n  b", mutation)).to.throw("2 times instead of once");
    expect(mutate("(a\n  b)", mutation)).to.equal("()");
  });

  for (const name of QUICK) {
    it(`a story shows: ${name}`, async () => {
      expect((await tryMutation(mutationOf(name), PLAN)).kind).to.equal("found");
    });
  }
});
