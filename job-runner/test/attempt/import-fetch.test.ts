import { readFile, writeFile } from "node:fs/promises";
import { expect } from "chai";
import { memorySource, someBytes } from "../../../storage/test/bytes.ts";
import { useS3Fake } from "../../../storage/test/s3-support.ts";
import { until } from "../../../test/eventually.ts";
import { fetchSource } from "../../src/attempt/import-fetch.ts";
import { useScratch } from "../media/support/scratch.ts";

const KEY = "meeting-bot/ada/one two.webm";
const URI = `s3://recordings/${KEY}`;
const BYTES = someBytes(300_000);

describe("fetching a finished recording", () => {
  const scratch = useScratch();
  const bench = useS3Fake();
  const begun: [uri: string, bytes: number][] = [];
  const made = (operation: string) =>
    bench.fake.requests.filter((request) => request === operation).length;

  beforeEach(async () => {
    begun.length = 0;
    await bench.open().put(KEY, memorySource(BYTES), {
      owner: { instance: "theirs", attempt: 1 },
      contentType: "video/webm",
    });
  });

  function fetchIt(uri = URI, { freeBytes = 10e9, signal = new AbortController().signal } = {}) {
    const services = {
      config: { importBuckets: ["s3://recordings", "s3://missing"] },
      logs: { fetchBegun: (...told: [string, number]) => void begun.push(told) },
      openStore: async (bucket: string) => bench.open({ bucket: bucket.slice("s3://".length) }),
      freeBytes: async () => freeBytes,
    };
    return fetchSource(services, uri, scratch.path("imported"), signal);
  }

  async function expectFetched(): Promise<void> {
    expect((await readFile(scratch.path("imported"))).equals(BYTES)).to.equal(true);
  }

  it("puts all of it into a file, in the place of what was there", async () => {
    await writeFile(scratch.path("imported"), someBytes(400_000));
    expect(await fetchIt()).to.equal(undefined);
    await expectFetched();
    expect(begun).to.deep.equal([[URI, BYTES.length]]);
  });

  it("goes on where the connection broke", async () => {
    bench.fake.inject({ kind: "break", afterBytes: 100_000, on: "get", times: 2 });
    expect(await fetchIt()).to.equal(undefined);
    await expectFetched();
    expect(made("get")).to.equal(3);
  });

  it("may be tried again when the store is out of order", async () => {
    bench.fake.inject({ kind: "error", status: 503, code: "SlowDown", times: 99 });
    const failure = await fetchIt();
    expect(failure).to.include({ code: "NO_RECORDING", stage: "recording", retryable: true });
    expect(failure?.message).to.match(/^The recording could not be fetched: /);
  });

  it("may be tried again when what came is not what was stored", async () => {
    const [object] = bench.fake.objects();
    object?.bytes.writeUInt8(object.bytes.readUInt8(7) ^ 1, 7);
    expect(await fetchIt()).to.include({ code: "NO_RECORDING", retryable: true });
  });

  it("may be tried again when it could not be written", async () => {
    await writeFile(scratch.path("file"), "");
    const file = scratch.path("file/imported");
    const failure = await fetchSource(
      {
        config: { importBuckets: ["s3://recordings"] },
        logs: { fetchBegun: () => {} },
        openStore: async () => bench.open(),
        freeBytes: async () => 10e9,
      },
      URI,
      file,
      new AbortController().signal,
    );
    expect(failure).to.include({ retryable: true });
    expect(failure?.message).to.contain("ENOTDIR");
  });

  it("is over when the recording is gone", async () => {
    expect(await fetchIt("s3://recordings/gone.webm")).to.deep.equal({
      code: "NO_RECORDING",
      stage: "recording",
      retryable: false,
      message: "The recording is gone: there is no object s3://recordings/gone.webm.",
    });
  });

  it("is over when its bucket is gone", async () => {
    expect(await fetchIt("s3://missing/one.webm")).to.include({ retryable: false });
  });

  it("asks nobody for what is in a bucket that is not configured", async () => {
    const before = bench.fake.requests.length;
    expect(await fetchIt("s3://others/one.webm")).to.include({
      retryable: false,
      message: "s3://others/one.webm is in none of the buckets of IMPORT_BUCKETS.",
    });
    expect(bench.fake.requests).to.have.length(before);
  });

  it("does not begin what the disk cannot hold, and says so as a sum", async () => {
    expect(await fetchIt(URI, { freeBytes: 0 })).to.include({
      retryable: false,
      message:
        "The scratch disk is too small: 0 GB of recording + 0 GB of outputs + 0.13 GB in reserve = 0.13 GB, but only 0 GB are free. Give the job a larger disk: SCRATCH_STORAGE_SIZE.",
    });
    expect(made("get")).to.equal(0);
  });

  it("ends with the signal's reason", async () => {
    const over = new AbortController();
    bench.fake.inject({ kind: "slow", delayMs: 200, on: "get" });
    const fetching = fetchIt(URI, { signal: over.signal });
    await until(() => made("get") === 1);
    over.abort(new Error("the lease is lost"));
    const reason = await fetching.catch((error: Error) => error.message);
    expect(reason).to.equal("the lease is lost");
  });
});
