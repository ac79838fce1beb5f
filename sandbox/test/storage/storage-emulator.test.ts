import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Bucket, Storage } from "@google-cloud/storage";
import { expect } from "chai";
import { type StorageEmulator, startStorageEmulator } from "../../src/storage/storage-emulator.ts";

describe("the storage emulator", function () {
  this.timeout(30_000);
  let logDir: string;
  let emulator: StorageEmulator;
  let bucket: Bucket;

  before(async () => {
    logDir = await mkdtemp(join(tmpdir(), "storage-test-"));
    emulator = await startStorageEmulator({ env: process.env, logDir, buckets: ["recordings"] });
    bucket = new Storage({ apiEndpoint: emulator.url, projectId: "demo-storage-test" }).bucket(
      "recordings",
    );
  });

  after(async () => {
    await emulator.stop();
    await rm(logDir, { recursive: true });
  });

  it("takes a resumable upload and gives size, type, own metadata and CRC32C back", async () => {
    const file = bucket.file("a/video.mp4");
    const metadata = { contentType: "video/mp4", metadata: { attempt: "1" } };
    await file.save(Buffer.from("123456789"), { resumable: true, metadata });
    const [stored] = await file.getMetadata();
    expect(stored).to.include({ size: "9", contentType: "video/mp4" });
    expect(stored.metadata).to.include({ attempt: "1" });
    // The check value of CRC-32C for these nine digits is 0xE3069283.
    expect(stored.crc32c).to.equal(Buffer.from("e3069283", "hex").toString("base64"));
  });

  it("gives the bytes of an upload of several megabytes back", async () => {
    const file = bucket.file("b/raw.webm");
    const bytes = Buffer.alloc(5_000_000, "0123456789abcde");
    await file.save(bytes, { resumable: true });
    const [downloaded] = await file.download();
    expect(downloaded.equals(bytes)).to.equal(true);
  });

  it("lists by prefix, and no longer what was deleted", async () => {
    for (const name of ["c/1.part", "c/2.part", "d/1.part"]) await bucket.file(name).save(name);
    await bucket.file("c/1.part").delete();
    const [files] = await bucket.getFiles({ prefix: "c/" });
    expect(files.map(({ name }) => name)).to.deep.equal(["c/2.part"]);
    expect(await bucket.file("c/1.part").exists()).to.deep.equal([false]);
  });

  it("has the buckets it was started with", async () => {
    const response = await fetch(`${emulator.url}/b`);
    const { items } = (await response.json()) as { items: { name: string }[] };
    expect(items.map(({ name }) => name)).to.deep.equal(["recordings"]);
  });

  it("keeps its objects when another one, beside it, stops", async () => {
    await bucket.file("e/kept").save("kept");
    const other = await startStorageEmulator({ env: process.env, logDir: join(logDir, "other") });
    await other.stop();
    expect(String(await bucket.file("e/kept").download())).to.equal("kept");
  });

  it("leaves no folder behind", async () => {
    const temporary = process.env["TMPDIR"];
    process.env["TMPDIR"] = logDir;
    const folders = async () => (await readdir(logDir)).filter((name) => !name.endsWith(".log"));
    const before = await folders();
    const other = await startStorageEmulator({ env: process.env, logDir });
    const during = await folders();
    await other.stop();
    if (temporary === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = temporary;
    expect(during).to.have.length(before.length + 1);
    expect(await folders()).to.deep.equal(before);
  });
});
