import { expect } from "chai";
import { type StorageFake, startStorageFake } from "../../sandbox/src/storage-fake/index.ts";
import { GcsRecordingStore } from "../src/gcs-recording-store.ts";
import { memorySource, readAll, someBytes } from "./bytes.ts";
import { type ServiceAccount, useServiceAccount } from "./gcs-signed-url.ts";
import { describeRecordingStore } from "./recording-store-suite.ts";

describe("GcsRecordingStore", () => {
  let account: ServiceAccount;
  let fake: StorageFake;
  before(async () => {
    account = await useServiceAccount();
  });
  beforeEach(async () => {
    fake = await startStorageFake();
  });
  afterEach(() => fake.stop());
  after(() => account.remove());

  /** The fake has no XML API, which signed URLs lead to: the signature is checked here instead. */
  async function readSigned(signed: string): Promise<Buffer> {
    const url = new URL(signed);
    account.verify(url);
    expect(url.origin).to.equal(fake.url);
    const [, bucket, ...name] = decodeURIComponent(url.pathname).split("/");
    const object = encodeURIComponent(name.join("/"));
    const answer = await fetch(`${fake.url}/storage/v1/b/${bucket}/o/${object}?alt=media`);
    return Buffer.from(await answer.arrayBuffer());
  }

  for (const chunkBytes of [256 * 1024, 0]) {
    const open = (bucket = "recordings") =>
      new GcsRecordingStore({ bucket, apiEndpoint: fake.url, chunkBytes });
    describeRecordingStore(`Cloud Storage with ${chunkBytes || "no"} bytes a chunk`, {
      open: () => open(),
      openMissing: () => open("recordngs"),
      uriOf: (name) => `gs://recordings/${name}`,
      readSigned,
      preconditions: true,
      forbid: async () => {
        fake.inject({ kind: "status", status: 403, times: 99 });
        return async () => {};
      },
    });
  }

  it("puts no more listeners on an answer than Node takes without a warning", async () => {
    const warnings: Error[] = [];
    const note = (warning: Error) => warnings.push(warning);
    process.on("warning", note);
    try {
      const store = new GcsRecordingStore({ bucket: "recordings", apiEndpoint: fake.url });
      const bytes = someBytes(100_000);
      await store.put("a", memorySource(bytes), {
        owner: { instance: "i1", attempt: 1 },
        contentType: "video/mp4",
      });
      expect(await readAll(store.get("a"))).to.deep.equal(bytes);
    } finally {
      process.off("warning", note);
    }
    expect(warnings.filter(({ name }) => name === "MaxListenersExceededWarning")).to.deep.equal([]);
  });

  it("signs for as long as it was asked, and for nobody to change", async () => {
    const store = new GcsRecordingStore({ bucket: "recordings", apiEndpoint: fake.url });
    const url = new URL(await store.signedUrl("a", { expiresSeconds: 61 }));
    expect(url.searchParams.get("X-Goog-Expires")).to.equal("61");
    account.verify(url);
    url.searchParams.set("X-Goog-Expires", "600");
    expect(() => account.verify(url)).to.throw("SignatureDoesNotMatch");
  });
});
