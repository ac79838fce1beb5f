import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { expect } from "chai";
import { S3RecordingStore } from "../../../storage/src/s3-recording-store.ts";
import { type S3Server, startS3Server } from "../../src/s3/s3-server.ts";

describe("the S3 server", function () {
  this.timeout(30_000);
  let logDir: string;
  before(async () => {
    logDir = await mkdtemp(join(tmpdir(), "s3-server-test-"));
  });
  after(() => rm(logDir, { recursive: true }));

  const start = (bucket: string) => startS3Server({ env: process.env, logDir, buckets: [bucket] });
  const open = ({ url, credentials }: S3Server, bucket: string) =>
    new S3RecordingStore({
      bucket,
      region: "us-east-1",
      endpoint: url,
      addressing: "path",
      credentials: {
        accessKeyId: credentials.AWS_ACCESS_KEY_ID,
        secretAccessKey: credentials.AWS_SECRET_ACCESS_KEY,
      },
    });

  it("has the buckets it was started with, and keeps its objects when another one stops", async () => {
    const server = await start("recordings");
    const other = await start("others");
    const source = { open: () => Readable.from([Buffer.from("0123456789")]) };
    const store = open(server, "recordings");
    await store.put("a/b", source, { owner: { instance: "i1", attempt: 1 }, contentType: "a/b" });
    expect(await open(other, "others").stat("a/b")).to.equal(undefined);
    await other.stop();
    expect(String(await buffer(store.get("a/b")))).to.equal("0123456789");
    await server.stop();
    expect(await fetch(server.url).catch(() => "closed")).to.equal("closed");
  });

  it("leaves no folder behind", async () => {
    const temporary = process.env["TMPDIR"];
    process.env["TMPDIR"] = logDir;
    const folders = async () => (await readdir(logDir)).filter((name) => !name.endsWith(".log"));
    const server = await start("recordings");
    const [folder = ""] = await folders();
    expect(existsSync(join(logDir, folder, "recordings"))).to.equal(true);
    await server.stop();
    if (temporary === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = temporary;
    expect(await folders()).to.deep.equal([]);
  });
});
