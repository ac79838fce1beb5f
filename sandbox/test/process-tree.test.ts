import { expect } from "chai";
import { descendants, listProcesses, parseProcessLine } from "../src/process-tree.ts";

describe("the process tree", () => {
  it("finds what a process started, and what that started in turn", () => {
    const tree = [
      { pid: 10, parent: 1 },
      { pid: 11, parent: 10 },
      { pid: 12, parent: 11 },
      { pid: 20, parent: 1 },
    ];
    expect(descendants(10, tree)).to.deep.equal([11, 12]);
    expect(descendants(20, tree)).to.deep.equal([]);
  });

  it("leaves out what has ended and was not reaped, and lines that are none", () => {
    expect(parseProcessLine("  12   1 S+")).to.deep.equal([{ pid: 12, parent: 1 }]);
    expect(parseProcessLine("12 1 Z+")).to.deep.equal([]);
    expect(parseProcessLine("")).to.deep.equal([]);
  });

  it("knows this very process and its parent", async () => {
    const { pid, ppid } = process;
    expect(await listProcesses()).to.deep.include({ pid, parent: ppid });
  });
});
