import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { ROOT } from "../../src/root.ts";

const TEST_ROW = /^\| (\d+) \| `([^`]+)` \| (.+) \|$/gm;
/** The last cell of a row of the threat model: numbers alone. */
const REFERENCES = /\| ([\d ]+) \|$/gm;

describe("SECURITY.md", () => {
  let page: string;
  before(async () => {
    page = await readFile(join(ROOT, "SECURITY.md"), "utf8");
  });

  it("names only tests that there are", async () => {
    const rows = [...page.matchAll(TEST_ROW)];
    expect(rows).not.to.have.length(0);
    for (const [, number, file = "", title = ""] of rows) {
      expect(await readFile(join(ROOT, file), "utf8"), `test ${number}`).to.include(title);
    }
  });

  it("says for each of them what it shows", () => {
    const numbers = [...page.matchAll(TEST_ROW)].map(([, number]) => number);
    const cells = [...page.matchAll(REFERENCES)].map(([, cell = ""]) => cell);
    const referred = new Set(cells.join(" ").split(" "));
    expect([...referred]).to.have.members(numbers);
  });
});
