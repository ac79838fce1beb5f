import { Readable } from "node:stream";
import { StorageError } from "@meeting-bot/core";
import { expect } from "chai";
import { Digest } from "../src/crc32c.ts";
import { type ReadJob, readResuming } from "../src/resuming-read.ts";
import { collect } from "./bytes.ts";

const BYTES = Buffer.from("0123456789".repeat(10));
const digest = new Digest();
digest.update(BYTES);

function job(open: ReadJob["open"]): ReadJob {
  const { bytes, crc32c } = digest;
  return {
    object: {
      uri: "gs://b/a",
      name: "a",
      bytes,
      crc32c,
      generation: "1",
      contentType: "",
      metadata: {},
    },
    start: 0,
    end: bytes,
    open,
    explain: (error) => new StorageError("unavailable", String(error), { cause: error }),
    retry: { tries: 3, firstDelayMs: 1, maxDelayMs: 1 },
    stallTimeoutMs: 1000,
  };
}

async function read(open: ReadJob["open"]): Promise<Buffer> {
  return Buffer.concat(await collect(readResuming(job(open))));
}

describe("reading with resumption", () => {
  it("goes on where an answer ended too early", async () => {
    const starts: number[] = [];
    const bytes = await read((start, end) => {
      starts.push(start);
      return Readable.from([BYTES.subarray(start, Math.min(start + 30, end))]);
    });
    expect(bytes).to.deep.equal(BYTES);
    expect(starts).to.deep.equal([0, 30, 60, 90]);
  });

  it("gives up when nothing comes any more", async () => {
    let opened = 0;
    const failure = await read(() => {
      opened++;
      return Readable.from([]);
    }).catch((error: unknown) => error);
    expect(failure).to.include({ code: "unavailable" });
    expect(opened).to.equal(3);
  });

  it("does not pass damaged bytes off as the object", async () => {
    const damaged = Buffer.from(BYTES).fill("x", 50, 51);
    const failure = await read(() => Readable.from([damaged])).catch((error: unknown) => error);
    expect(failure).to.include({ code: "corrupt" });
  });
});
