import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type PutObjectCommandInput,
  type S3Client,
  UploadPartCommand,
  type UploadPartCommandInput,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { type S3Fake, startS3Fake } from "../../src/s3-fake/index.ts";
import { codeOf, connect } from "./client.ts";

const MIN_PART = 5 * 1024 * 1024;
const Bucket = "recordings";
const CRC_OF_DIGITS = Buffer.from("e3069283", "hex").toString("base64");

describe("the S3 fake", function () {
  this.timeout(20_000);
  let fake: S3Fake;
  let client: S3Client;
  beforeEach(async () => {
    fake = await startS3Fake({ pageSize: 2 });
    client = connect(fake);
  });
  afterEach(async () => {
    client.destroy();
    await fake.stop();
  });

  const put = (Key: string, Body: PutObjectCommandInput["Body"], more: object = {}) =>
    client.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
  it("gives back what it was given, by name and range", async () => {
    const Key = "a b/+ä%2F";
    await put(Key, "0123456789", { ContentType: "video/mp4", Metadata: { attempt: "1" } });
    const whole = await client.send(new GetObjectCommand({ Bucket, Key }));
    expect(await whole.Body?.transformToString()).to.equal("0123456789");
    expect(whole).to.deep.include({ ContentType: "video/mp4", Metadata: { attempt: "1" } });
    const piece = await client.send(new GetObjectCommand({ Bucket, Key, Range: "bytes=2-4" }));
    expect(await piece.Body?.transformToString()).to.equal("234");
    expect(piece.ContentRange).to.equal("bytes 2-4/10");
    const beyond = new GetObjectCommand({ Bucket, Key, Range: "bytes=10-" });
    expect(await codeOf(client.send(beyond))).to.equal("InvalidRange");
  });

  it("creates, replaces and removes only under the conditions that were named", async () => {
    const { ETag } = await put("a", "1", { IfNoneMatch: "*" });
    expect(await codeOf(put("a", "2", { IfNoneMatch: "*" }))).to.equal("PreconditionFailed");
    expect(await codeOf(put("a", "2", { IfNoneMatch: ETag }))).to.equal("NotImplemented");
    expect(await codeOf(put("b", "2", { IfMatch: ETag }))).to.equal("NoSuchKey");
    expect(await codeOf(put("a", "2", { IfMatch: ETag }))).to.equal("done");
    const remove = (IfMatch: string | undefined) =>
      codeOf(client.send(new DeleteObjectCommand({ Bucket, Key: "a", IfMatch })));
    expect(await remove(ETag)).to.equal("PreconditionFailed");
    expect(await remove(undefined)).to.equal("done");
    expect(await remove(undefined)).to.equal("done");
    expect(await remove(ETag)).to.equal("NoSuchKey");
  });

  it("keeps and tells the CRC32C that came with the bytes, and refuses a wrong one", async () => {
    const stored = await put("a", "123456789", { ChecksumAlgorithm: "CRC32C" });
    expect(stored.ChecksumCRC32C).to.equal(CRC_OF_DIGITS);
    const head = (mode: object) =>
      client.send(new HeadObjectCommand({ Bucket, Key: "a", ...mode }));
    expect(await head({ ChecksumMode: "ENABLED" })).to.include({
      ChecksumCRC32C: CRC_OF_DIGITS,
      ChecksumType: "FULL_OBJECT",
    });
    expect((await head({})).ChecksumCRC32C).to.equal(undefined);
    expect(await codeOf(put("a", "12", { ChecksumCRC32C: CRC_OF_DIGITS }))).to.equal("BadDigest");
  });

  it("unwraps a streamed body and checks the checksum behind it", async () => {
    const Body = Readable.from([Buffer.from("1234"), Buffer.from("56789")]);
    const more = { ContentLength: 9, ChecksumAlgorithm: "CRC32C" };
    expect((await put("a", Body, more)).ChecksumCRC32C).to.equal(CRC_OF_DIGITS);
    expect(String(fake.objects()[0]?.bytes)).to.equal("123456789");
  });

  it("puts parts together and checks what is said about them", async () => {
    const Key = "big";
    const checksum = { ChecksumAlgorithm: "CRC32C", ChecksumType: "FULL_OBJECT" } as const;
    const { UploadId } = await client.send(
      new CreateMultipartUploadCommand({ Bucket, Key, ...checksum }),
    );
    const upload = { Bucket, Key, UploadId };
    const part = (PartNumber: number, Body: Buffer, more: Partial<UploadPartCommandInput> = {}) =>
      client.send(new UploadPartCommand({ ...upload, PartNumber, Body, ...more }));
    const first = await part(1, Buffer.alloc(MIN_PART), { ChecksumAlgorithm: "CRC32C" });
    const last = await part(2, Buffer.from("end"), { ChecksumAlgorithm: "CRC32C" });
    expect(await codeOf(part(3, Buffer.from("x")))).to.equal("InvalidRequest");
    expect(await codeOf(part(10_001, Buffer.from("x")))).to.equal("InvalidArgument");
    const complete = (parts: [number, string | undefined][], more: object = {}) => {
      const Parts = parts.map(([PartNumber, ETag]) => ({ PartNumber, ETag }));
      const command = {
        ...upload,
        MultipartUpload: { Parts },
        ChecksumType: "FULL_OBJECT",
        ...more,
      };
      return client.send(
        new CompleteMultipartUploadCommand(command as CompleteMultipartUploadCommand["input"]),
      );
    };
    const good: [number, string | undefined][] = [
      [1, first.ETag],
      [2, last.ETag],
    ];
    expect(await codeOf(complete(good.toReversed()))).to.equal("InvalidPartOrder");
    expect(await codeOf(complete([[1, last.ETag]]))).to.equal("InvalidPart");
    expect(await codeOf(complete(good, { ChecksumType: "COMPOSITE" }))).to.equal("InvalidRequest");
    await put(Key, "theirs");
    expect(await codeOf(complete(good, { IfNoneMatch: "*" }))).to.equal("PreconditionFailed");
    expect(fake.unfinishedUploads()).to.have.lengthOf(1);
    const done = await complete(good);
    expect(done.ETag).to.match(/^"[0-9a-f]{32}-2"$/);
    expect(done.ChecksumCRC32C).to.equal(fake.objects()[0]?.crc32c);
    expect(fake.objects()[0]?.bytes.length).to.equal(MIN_PART + 3);
    expect(fake.unfinishedUploads()).to.deep.equal([]);
    expect(await codeOf(complete(good))).to.equal("NoSuchUpload");
  });

  it("refuses small parts, and forgets an upload that is aborted", async () => {
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key: "a" }));
    const upload = { Bucket, Key: "a", UploadId };
    const Parts = await Promise.all(
      [1, 2].map(async (PartNumber) => {
        const command = new UploadPartCommand({ ...upload, PartNumber, Body: "small" });
        return { PartNumber, ETag: (await client.send(command)).ETag };
      }),
    );
    const complete = new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } });
    expect(await codeOf(client.send(complete))).to.equal("EntityTooSmall");
    const listed = await client.send(new ListMultipartUploadsCommand({ Bucket }));
    expect(listed.Uploads?.map(({ Key }) => Key)).to.deep.equal(["a"]);
    await client.send(new AbortMultipartUploadCommand(upload));
    expect(fake.unfinishedUploads()).to.deep.equal([]);
    expect(await codeOf(client.send(complete))).to.equal("NoSuchUpload");
  });

  it("lists in pages", async () => {
    for (const name of ["b/3", "b/1", "c", "b/2"]) await put(name, name);
    const list = (ContinuationToken?: string) =>
      client.send(new ListObjectsV2Command({ Bucket, Prefix: "b/", ContinuationToken }));
    const first = await list();
    expect(first.Contents?.map(({ Key }) => Key)).to.deep.equal(["b/1", "b/2"]);
    expect(first.IsTruncated).to.equal(true);
    const second = await list(first.NextContinuationToken);
    expect(second.Contents?.map(({ Key }) => Key)).to.deep.equal(["b/3"]);
    expect(second.IsTruncated).to.equal(false);
    expect(second.NextContinuationToken).to.equal(undefined);
  });

  it("knows its buckets", async () => {
    const head = (bucket: string) => codeOf(client.send(new HeadBucketCommand({ Bucket: bucket })));
    expect(await head("recordings")).to.equal("done");
    expect(await head("others")).to.equal("NotFound");
    const Key = "a";
    const get = client.send(new GetObjectCommand({ Bucket: "others", Key }));
    expect(await codeOf(get)).to.equal("NoSuchBucket");
  });

  it("makes the faults that it is told to, when it is told to", async () => {
    await put("a", "0123456789");
    fake.inject({ kind: "error", status: 503, code: "SlowDown", on: "get", after: 1, times: 2 });
    fake.inject({ kind: "slow", delayMs: 1, on: "list" });
    const get = () => client.send(new GetObjectCommand({ Bucket, Key: "a" }));
    expect(await (await get()).Body?.transformToString()).to.equal("0123456789");
    expect([await codeOf(get()), await codeOf(get())]).to.deep.equal(["SlowDown", "SlowDown"]);
    fake.inject({ kind: "break", afterBytes: 4, on: "get" });
    const broken = (await get()).Body as Readable;
    expect(await codeOf(buffer(broken))).to.not.equal("done");
    fake.inject({ kind: "corrupt", on: "put" });
    await put("a", "0123456789");
    expect(String(fake.objects()[0]?.bytes)).to.equal("1123456789");
    fake.inject({ kind: "break", afterBytes: 4, on: "put" });
    expect(await codeOf(put("b", "0123456789"))).to.not.equal("done");
    expect(fake.objects()).to.have.lengthOf(1);
    fake.inject({ kind: "commit-then-break", on: "put" });
    expect(await codeOf(put("b", "0123456789"))).to.not.equal("done");
    expect(fake.objects()).to.have.lengthOf(2);
    expect(await codeOf(client.send(new ListObjectsV2Command({ Bucket })))).to.equal("done");
  });

  it("refuses what it does not know", async () => {
    const answer = await fetch(`${fake.url}/recordings/a`, { method: "OPTIONS" });
    expect(answer.status).to.equal(501);
  });
});
