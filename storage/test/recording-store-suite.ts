import { Readable } from "node:stream";
import { MAX_SIGNED_URL_SECONDS, type PutOptions, type RecordingStore } from "@meeting-bot/core";
import { expect } from "chai";
import { Digest } from "../src/crc32c.ts";
import { collect, failureOf, memorySource, readAll, someBytes } from "./bytes.ts";
import { describePreconditions } from "./preconditions-suite.ts";

/** What an adapter under test can do; false leaves out the tests of what its emulator cannot. */
export interface SuiteOptions {
  /** Opens the store on an empty bucket; called once for each test. */
  open(): RecordingStore | Promise<RecordingStore>;
  /** Opens a store on a bucket that does not exist. */
  openMissing(): RecordingStore;
  /** The URI of an object in the opened store. */
  uriOf(name: string): string;
  /** Reads an object by its signed URL, with no credentials. */
  readSigned(url: string): Promise<Buffer>;
  /** Whether creating and replacing honour the generation (Google's emulator and s3rver do not). */
  preconditions: boolean;
  /** Takes every right away until what it returns is called; left out where the server cannot. */
  forbid?(): Promise<() => Promise<void>>;
}

const OWNER = { instance: "instance-1", attempt: 1 };
const VIDEO: PutOptions = { owner: OWNER, contentType: "video/mp4" };

/** The contract of `RecordingStore`: every adapter passes it. */
export function describeRecordingStore(title: string, options: SuiteOptions): void {
  describe(`${title} as a recording store`, () => {
    let store: RecordingStore;
    let folder: string;

    beforeEach(async () => {
      store = await options.open();
      folder = `suite/${someBytes(6).toString("hex")}`;
    });

    for (const [size, known] of [
      [0, true],
      [1, true],
      [100_000, true],
      [100_000, false],
      [900_000, false],
    ] as const) {
      it(`gives back ${size} bytes of ${known ? "known" : "unknown"} length as they were`, async () => {
        const bytes = someBytes(size);
        const stored = await store.put(`${folder}/a.mp4`, memorySource(bytes, known), VIDEO);
        expect(await readAll(store.get(stored.name))).to.deep.equal(bytes);
      });
    }

    it("describes what it stored", async () => {
      const bytes = someBytes(1000);
      const digest = new Digest();
      digest.update(bytes);
      const put = { ...VIDEO, metadata: { meeting: "m1", "duration-seconds": "12.5" } };
      const name = `${folder}/ä b+c%2F.mp4`;
      const stored = await store.put(name, memorySource(bytes), put);
      expect(stored).to.include({
        uri: options.uriOf(name),
        name,
        bytes: 1000,
        contentType: "video/mp4",
      });
      expect(stored.crc32c).to.equal(digest.crc32c);
      const metadata = {
        meeting: "m1",
        "duration-seconds": "12.5",
        "bot-instance": "instance-1",
        attempt: "1",
      };
      expect(stored.metadata).to.deep.equal(metadata);
      expect(await store.stat(stored.name)).to.deep.equal(stored);
    });

    it("gives metadata back as they were, whatever characters are in them", async () => {
      const metadata = {
        title: "Übung  – 会議 🎥",
        spaced: " a  b ",
        marked: "utf-8''%41",
        empty: "",
      };
      const stored = await store.put(`${folder}/a`, memorySource(someBytes(1)), {
        ...VIDEO,
        metadata,
      });
      expect(stored.metadata).to.include(metadata);
      expect((await store.stat(stored.name))?.metadata).to.include(metadata);
    });

    it("has no description of an object that is not there", async () => {
      expect(await store.stat(`${folder}/none`)).to.equal(undefined);
    });

    it("reads a piece of an object", async () => {
      const bytes = someBytes(1000);
      await store.put(`${folder}/a`, memorySource(bytes), VIDEO);
      const piece = (start: number, end?: number) =>
        readAll(store.get(`${folder}/a`, end === undefined ? { start } : { start, end }));
      expect(await piece(100, 200)).to.deep.equal(bytes.subarray(100, 200));
      expect(await piece(990)).to.deep.equal(bytes.subarray(990));
      expect(await piece(990, 5000)).to.deep.equal(bytes.subarray(990));
      expect(await piece(10, 10)).to.have.lengthOf(0);
    });

    it("says that an object to be read is not there", async () => {
      const failure = await readAll(store.get(`${folder}/none`)).catch((error: unknown) => error);
      expect(failure).to.include({ name: "StorageError", code: "not-found" });
    });

    it("lists by prefix, in the order of names", async () => {
      for (const name of ["b/000002", "b/000001", "c/000001", "b/000010"]) {
        await store.put(`${folder}/${name}`, memorySource(someBytes(1), true), VIDEO);
      }
      const listed = await collect(store.list(`${folder}/b/`));
      const names = ["b/000001", "b/000002", "b/000010"].map((name) => `${folder}/${name}`);
      expect(listed.map(({ name }) => name)).to.deep.equal(names);
      expect(listed[0]).to.deep.equal(await store.stat(names[0] ?? ""));
    });

    it("removes, and does not mind what is gone", async () => {
      await store.put(`${folder}/a`, memorySource(someBytes(1)), VIDEO);
      await store.remove(`${folder}/a`);
      await store.remove(`${folder}/a`);
      expect(await store.stat(`${folder}/a`)).to.equal(undefined);
    });

    it("throws a source's own fault, and stores nothing", async () => {
      const source = {
        open: () => memorySource(someBytes(9)).open().destroy(new Error("disk on fire")),
      };
      const failure = await failureOf(store.put(`${folder}/a`, source, VIDEO));
      expect(failure).to.include({ name: "SourceError" });
      expect(String(failure)).to.contain("disk on fire");
      expect(await store.stat(`${folder}/a`)).to.equal(undefined);
    });

    it("stores nothing when it is called off in the middle", async () => {
      const controller = new AbortController();
      const pieces = async function* () {
        yield someBytes(100_000);
        controller.abort(new Error("fenced off"));
        yield someBytes(100_000);
      };
      const put = store.put(
        `${folder}/a`,
        { open: () => Readable.from(pieces()) },
        { ...VIDEO, signal: controller.signal },
      );
      expect(String(await failureOf(put))).to.contain("fenced off");
      expect(await store.stat(`${folder}/a`)).to.equal(undefined);
    });

    it("says that there is no such bucket", async () => {
      const missing = options.openMissing();
      const attempts = [
        () => missing.put("a", memorySource(someBytes(9), true), VIDEO),
        () => missing.put("a", memorySource(someBytes(9)), VIDEO),
        () => missing.stat("a"),
        () => readAll(missing.get("a")),
        () => collect(missing.list("")),
        // s3rver calls it a success.
        ...(options.preconditions ? [() => missing.remove("a")] : []),
      ];
      for (const attempt of attempts) {
        expect(await failureOf(attempt())).to.include({ code: "no-bucket", retryable: false });
      }
    });

    it("signs a URL that shows the object without credentials", async () => {
      const bytes = someBytes(1000);
      const { name } = await store.put(`${folder}/ä b+c.mp4`, memorySource(bytes), VIDEO);
      for (const expiresSeconds of [60, MAX_SIGNED_URL_SECONDS]) {
        const url = await store.signedUrl(name, { expiresSeconds });
        expect(await options.readSigned(url)).to.deep.equal(bytes);
      }
    });

    for (const expiresSeconds of [0, -1, 1.5, Number.NaN, MAX_SIGNED_URL_SECONDS + 1]) {
      it(`signs no URL that would last ${expiresSeconds} s`, async () => {
        const failure = await failureOf(store.signedUrl(`${folder}/a`, { expiresSeconds }));
        expect(failure).to.include({ name: "StorageError", code: "refused" });
      });
    }

    describeForbidden(
      () => store,
      () => folder,
      options.forbid,
    );
    if (options.preconditions)
      describePreconditions(
        () => store,
        () => folder,
      );
  });
}

function describeForbidden(
  currentStore: () => RecordingStore,
  currentFolder: () => string,
  forbid: SuiteOptions["forbid"],
): void {
  if (!forbid) return;
  let allow: (() => Promise<void>) | undefined;
  afterEach(async () => {
    await allow?.();
    allow = undefined;
  });

  it("says that it may not, and does not try again", async () => {
    const store = currentStore();
    const { name } = await store.put(`${currentFolder()}/a`, memorySource(someBytes(9)), VIDEO);
    allow = await forbid();
    const attempts = [
      () => store.put(`${currentFolder()}/b`, memorySource(someBytes(9)), VIDEO),
      () => store.stat(name),
      () => readAll(store.get(name)),
      () => collect(store.list(currentFolder())),
      () => store.remove(name),
    ];
    for (const attempt of attempts) {
      expect(await failureOf(attempt())).to.include({ code: "forbidden", retryable: false });
    }
  });
}
