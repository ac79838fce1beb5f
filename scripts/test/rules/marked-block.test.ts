import { expect } from "chai";
import { findSweepingMatches, mergeInto, renderFile } from "../../rules/marked-block.ts";

const ruleset = {
  service: "cloud.firestore",
  root: "/databases/{database}/documents",
  statements: "match /ours/{id} {\n  allow read: if true;\n}",
};
const block = `    // meeting-bot:begin (written by npm run rules)
    match /ours/{id} {
      allow read: if true;
    }
    // meeting-bot:end`;
const theirs = `// Our shop.
rules_version = "2";
service cloud.firestore {
  // match /databases/{database}/documents { was here once; see 'https://example.com
  match /databases/{database}/documents {
    match /carts/{cart} {
      allow read: if cart.matches('// meeting-bot:end');
    }
  }
}
`;

/** Somebody's rules with the block in them. */
function merged(text: string, into = ruleset): string {
  const result = mergeInto(text, into);
  if (!result.ok) throw new Error(result.problem);
  return result.text;
}

describe("merging the block into somebody's rules", () => {
  it("puts it at the beginning of the documents, and leaves all else as it is", () => {
    expect(merged(theirs)).to.equal(
      theirs.replace(/^( {2}match .*\{)$/m, (line) => `${line}\n${block}`),
    );
  });

  it("changes nothing the second time", () => {
    const once = merged(theirs);
    expect(merged(once)).to.equal(once);
  });

  it("swallows nothing that stands behind the brace", () => {
    const short = theirs.replace(/^( {2}match .*\{)\n[\s\S]*/m, "$1} }\n");
    expect(merged(short)).to.equal(short.replace(/\} \}\n$/, `\n${block}\n} }\n`));
    expect(merged(merged(short))).to.equal(merged(short));
  });

  it("replaces the block that is there, wherever it was put", () => {
    const moved = theirs.replace("    match /carts", `\n\n${block}\n    match /carts`);
    const next = { ...ruleset, statements: "match /next/{id} {}" };
    expect(merged(moved, next)).to.equal(
      moved.replace(/ {4}match \/ours[\s\S]*?\n {4}\}/, "    match /next/{id} {}"),
    );
  });

  it("finds its own block in a file for an empty project", () => {
    const file = renderFile(ruleset);
    expect(file).to.contain(block);
    expect(merged(file)).to.equal(file);
  });

  const refused: Record<string, [string, RegExp]> = {
    "rules of version 1": [
      theirs.replace(/rules_version.*/, "// rules_version = '2';"),
      /rules_version = '2'/,
    ],
    "rules without a place for it": [
      theirs.replaceAll("{database}", "{db}"),
      /nowhere match \/databases/,
    ],
    "rules with two places for it": [`${theirs}${theirs}`, /says 2 times match/],
    "a block without its end": [merged(theirs).replace(/.*meeting-bot:end\n/, ""), /one line/],
    "a block without its beginning": [
      merged(theirs).replace(/.*meeting-bot:begin.*\n/, ""),
      /one line/,
    ],
    "two blocks": [`${merged(theirs)}${merged(theirs)}`, /one line/],
    "a block that ends before it begins": [
      merged(theirs).replace(block, block.split("\n").reverse().join("\n")),
      /one line/,
    ],
  };
  for (const [what, [text, why]] of Object.entries(refused)) {
    it(`refuses ${what}`, () => {
      const result = mergeInto(text, ruleset);
      expect(result).to.include({ ok: false });
      expect(result).to.have.property("problem").that.matches(why);
    });
  }
});

describe("statements that may let at what is ours", () => {
  const inside = (statement: string) => theirs.replace("match /carts/{cart} {", statement);

  it("are those for every collection", () => {
    expect(findSweepingMatches(inside("match /{document=**} {"))).to.deep.equal([
      "match /{document=**}",
    ]);
    expect(findSweepingMatches(inside("match /{any}/{rest=**} {"))).to.deep.equal([
      "match /{any}/{rest=**}",
    ]);
  });

  it("are not those for collections that have a name, nor those that allow nothing", () => {
    expect(findSweepingMatches(merged(theirs))).to.deep.equal([]);
    expect(findSweepingMatches(inside("match /carts/{rest=**} {"))).to.deep.equal([]);
    expect(findSweepingMatches(inside("// match /{document=**} {"))).to.deep.equal([]);
    const closed = inside("match /{all=**} { allow read, write: if false; } match /x/{y} {");
    expect(findSweepingMatches(closed)).to.deep.equal([]);
  });
});
