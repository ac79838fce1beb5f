import type { PutOptions } from "@meeting-bot/core";
import { expect } from "chai";
import { failureOf, memorySource, someBytes } from "./bytes.ts";
import { setEnvironment, useS3Fake } from "./s3-support.ts";

const VIDEO: PutOptions = { owner: { instance: "i1", attempt: 1 }, contentType: "video/mp4" };

describe("S3RecordingStore, when it is not let in", () => {
  const bench = useS3Fake();

  it("names the region that the bucket is in", async () => {
    const store = bench.open({ region: "us-west-2" });
    const failures = [store.put("a", memorySource(someBytes(9)), VIDEO), store.stat("a")].map(
      failureOf,
    );
    for (const failure of await Promise.all(failures)) {
      expect(failure).to.include({ code: "refused" });
      expect(String(failure)).to.contain("S3_REGION=eu-central-1");
    }
  });

  for (const [title, keys] of [
    ["unknown keys", { AWS_ACCESS_KEY_ID: "OTHER" }],
    ["a wrong secret", { AWS_SECRET_ACCESS_KEY: "other" }],
  ] as const) {
    it(`says that ${title} are not accepted, and does not try again`, async () => {
      const restore = setEnvironment(keys);
      const failure = await failureOf(bench.open().put("a", memorySource(someBytes(9)), VIDEO));
      restore();
      expect(failure).to.include({ code: "forbidden", retryable: false });
      expect(String(failure)).to.contain("IAM role");
      expect(bench.fake.requests).to.deep.equal(["put"]);
    });
  }

  it("says that there are no credentials at all", async () => {
    const none = { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "" };
    const nowhere = { AWS_EC2_METADATA_DISABLED: "true", HOME: "/nonexistent" };
    const restore = setEnvironment({ ...none, ...nowhere });
    const failure = await failureOf(bench.open().put("a", memorySource(someBytes(9)), VIDEO));
    restore();
    expect(failure).to.include({ code: "forbidden", retryable: false });
    expect(String(failure)).to.contain("IAM role");
  });

  it("trusts nobody who has no certificate", async () => {
    const store = bench.open({ endpoint: bench.fake.url.replace("http:", "https:") });
    const failure = await failureOf(store.put("a", memorySource(someBytes(9)), VIDEO));
    expect(failure).to.include({ code: "refused", retryable: false });
    expect(String(failure)).to.contain("S3_ENDPOINT");
  });
});

describe("a signed URL of S3RecordingStore", () => {
  let now: number;
  const bench = useS3Fake({ now: () => now });
  beforeEach(() => {
    now = Date.now();
  });

  it("is good until it expires, and only for what it was made", async () => {
    const bytes = someBytes(100);
    await bench.open().put("a", memorySource(bytes), VIDEO);
    const url = await bench.open().signedUrl("a", { expiresSeconds: 60 });
    expect(Buffer.from(await (await fetch(url)).arrayBuffer())).to.deep.equal(bytes);
    expect((await fetch(url.replace("/a?", "/b?"))).status).to.equal(403);
    expect((await fetch(url, { method: "DELETE" })).status).to.equal(403);
    now += 62_000;
    const late = await fetch(url);
    expect(late.status).to.equal(403);
    expect(await late.text()).to.contain("expired");
  });

  it("is needed: without one nobody reads an object", async () => {
    await bench.open().put("a", memorySource(someBytes(9)), VIDEO);
    expect((await fetch(`${bench.fake.url}/recordings/a`)).status).to.equal(403);
  });
});
