import { execFile } from "node:child_process";
import { tmpdir } from "node:os";
import { promisify } from "node:util";
import { expect } from "chai";
import type { Clock } from "../../src/bot/clock.ts";
import { diskRates, END_RESERVE_BYTES } from "../../src/scratch/disk-budget.ts";
import { type DiskChange, freeBytesAt, watchDisk } from "../../src/scratch/disk-watch.ts";

const PLENTY = 100e9;
const SCARCE = 1.5 * END_RESERVE_BYTES;
const FULL = 0.5 * END_RESERVE_BYTES;

describe("watchDisk", () => {
  /** Watches a disk with so much free at one look after the other; the last look aborts. */
  const watch = async (looks: number[]) => {
    const ended = new AbortController();
    let seen = 0;
    const clock: Clock = {
      now: () => 0,
      sleep: async () => {
        if (seen === looks.length) ended.abort();
      },
    };
    const changes: DiskChange[] = [];
    const free = async () => looks[seen++] ?? 0;
    const rates = () => diskRates(600);
    const options = { free, rates, clock, intervalMs: 1000, signal: ended.signal };
    for await (const change of watchDisk(options)) changes.push(change);
    return { changes, seen };
  };

  it("says nothing while there is enough, and ends on abort", async () => {
    expect(await watch([PLENTY, PLENTY, PLENTY])).to.deep.equal({ changes: [], seen: 3 });
  });

  it("reports a scarce disk once, also when it gets better and worse again", async () => {
    const { changes, seen } = await watch([PLENTY, SCARCE, SCARCE, PLENTY, SCARCE]);
    expect(changes).to.deep.equal([{ level: "scarce", freeBytes: SCARCE }]);
    expect(seen).to.equal(5);
  });

  it("reports a full disk after a scarce one and ends", async () => {
    const { changes, seen } = await watch([SCARCE, FULL, PLENTY]);
    expect(changes.map(({ level }) => level)).to.deep.equal(["scarce", "full"]);
    expect(seen).to.equal(2);
  });

  it("reports a disk that was filled at once as full alone", async () => {
    const { changes } = await watch([PLENTY, FULL]);
    expect(changes).to.deep.equal([{ level: "full", freeBytes: FULL }]);
  });
});

describe("freeBytesAt", () => {
  it("is what the disk of a folder has left", async () => {
    const { stdout } = await promisify(execFile)("df", ["-Pk", tmpdir()]);
    const told = Number(stdout.split("\n")[1]?.split(/\s+/)[3]) * 1024;
    // Others write to the same disk.
    expect(await freeBytesAt(tmpdir())).to.be.closeTo(told, told / 10);
  });

  it("rejects for a folder that is not there", async () => {
    const failure = await freeBytesAt("/no/such/folder").catch((error: unknown) => error);
    expect(failure).to.have.property("code", "ENOENT");
  });
});
