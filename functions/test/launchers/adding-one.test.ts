import { globSync, readFileSync } from "node:fs";
import { matchesGlob } from "node:path";
import { expect } from "chai";
import { LAUNCHERS } from "../../src/launchers/registry.ts";

/** The code, and what configures it. Documentation and tests may name any launcher. */
const TREE = [
  "{core,storage,functions,job-runner,sandbox,bench}/{*,src/**/*}.{ts,json}",
  "{scripts,deploy}/**/*.{ts,mts,mjs,cjs}",
  "{.ci,.github/workflows}/*",
  "*.json",
  ".*rc*",
];
const LEFT_OUT = ["**/node_modules/**", "**/test/**", "**/package-lock.json"];

const KINDS = Object.keys(LAUNCHERS);
const ANY = `{${KINDS.join(",")}}`;

/** Where an adapter is, with what stands in for its platform, and where it is registered. */
const ITS_OWN = [
  `functions/src/launchers/${ANY}/**`,
  "functions/src/launchers/registry.ts",
  `sandbox/src/${ANY}/**`,
  `sandbox/src/platforms/${ANY}.ts`,
  "sandbox/src/platforms/registry.ts",
  `deploy/${ANY}/**`,
];

/** What else names one, and why another need not be named there. */
const REASONS: Readonly<Record<string, string>> = {
  "job-runner/src/platform/*.ts":
    "some platforms tell a container which execution it is; of others the launcher tells it",
  "package.json": "one platform has a Job to be rendered and applied: a command of its own",
  "sandbox/src/{index,sandbox}.ts": "the benchmarks look into the stand-in of one platform",
  "sandbox/src/platforms/{platform,sandbox-job}.ts": "they get it from here",
};

describe("adding a launcher", () => {
  const files = globSync(TREE, { exclude: LEFT_OUT }).map((path) => {
    const text = readFileSync(path, "utf8");
    return { path, kinds: KINDS.filter((kind) => names(text, kind)) };
  });
  const naming = (kind: string) =>
    files.filter(({ kinds }) => kinds.includes(kind)).map(({ path }) => path);

  for (const kind of KINDS) {
    it(`touches its folder, the registries and what it applies, as ${kind} has`, () => {
      const known = [...ITS_OWN, ...Object.keys(REASONS)];
      expect(naming(kind).filter((path) => !isAmong(known, path))).to.deep.equal([]);
    });

    it(`is seen by this test where ${kind} must be`, () => {
      const folder = `functions/src/launchers/${kind}/`;
      expect(naming(kind).some((path) => path.startsWith(folder))).to.equal(true);
      expect(naming(kind)).to.include("functions/src/launchers/registry.ts");
      expect(naming(kind)).to.include("sandbox/src/platforms/registry.ts");
    });
  }

  for (const [pattern, reason] of Object.entries(REASONS)) {
    it(`has a reason that still holds in ${pattern}: ${reason}`, () => {
      const excused = files.filter(
        ({ path, kinds }) => kinds.length > 0 && isAmong([pattern], path),
      );
      expect(excused).to.not.deep.equal([]);
    });
  }
});

function isAmong(patterns: readonly string[], path: string): boolean {
  return patterns.some((pattern) => matchesGlob(path, pattern));
}

/** Whether a text has the kind as a value, as a key or in a path; `local` is also a word of English. */
function names(text: string, kind: string): boolean {
  const forms = [`["'\`]${kind}["'\`]`, `^\\s*${kind}[:,]`, `=${kind}\\b`, `(?<!/usr)/${kind}\\b`];
  return new RegExp(forms.join("|"), "m").test(text);
}
