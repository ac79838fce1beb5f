import type { PutOptions, RecordingStore } from "@meeting-bot/core";
import { expect } from "chai";
import { Digest } from "../../src/storage/crc32c.ts";
import { collect, memorySource, readAll, someBytes } from "./bytes.ts";

/** What an adapter under test can do; false leaves out the tests of what its emulator cannot. */
export interface SuiteOptions {
  /** Opens the store on an empty bucket; called once for each test. */
  open(): RecordingStore | Promise<RecordingStore>;
  /** Whether creating and replacing honour the generation (Google's emulator does not). */
  preconditions: boolean;
}

const OWNER = { instance: "instance-1", attempt: 1 };
const VIDEO: PutOptions = { owner: OWNER, contentType: "video/mp4" };
const OTHERS: PutOptions = { ...VIDEO, owner: { instance: "instance-2", attempt: 1 } };

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
      const stored = await store.put(`${folder}/ä b.mp4`, memorySource(bytes), put);
      expect(stored.uri).to.match(new RegExp(`^[a-z0-9]+://[^/]+/${folder}/ä b.mp4$`));
      expect(stored).to.include({
        name: `${folder}/ä b.mp4`,
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
      const failure = await store
        .put(`${folder}/a`, source, VIDEO)
        .catch((error: unknown) => error);
      expect(failure).to.include({ name: "SourceError" });
      expect(String(failure)).to.contain("disk on fire");
      expect(await store.stat(`${folder}/a`)).to.equal(undefined);
    });

    if (options.preconditions)
      describePreconditions(
        () => store,
        () => folder,
      );
  });
}

function describePreconditions(
  currentStore: () => RecordingStore,
  currentFolder: () => string,
): void {
  const put = (bytes: Buffer, options: PutOptions) =>
    currentStore().put(`${currentFolder()}/video.mp4`, memorySource(bytes), options);
  const read = (name: string) => readAll(currentStore().get(`${currentFolder()}/${name}`));

  it("keeps the object when the same instance stores the same bytes again", async () => {
    const bytes = someBytes(100_000);
    const first = await put(bytes, VIDEO);
    expect(await put(bytes, VIDEO)).to.deep.equal(first);
  });

  it("replaces the same instance's object when the bytes are others", async () => {
    const first = await put(someBytes(1000), VIDEO);
    const bytes = someBytes(900);
    const second = await put(bytes, { ...VIDEO, owner: { ...OWNER, attempt: 2 } });
    expect(second.name).to.equal(first.name);
    expect(second.generation).to.not.equal(first.generation);
    expect(await read("video.mp4")).to.deep.equal(bytes);
  });

  it("does not let an earlier attempt replace what a later one stored", async () => {
    const bytes = someBytes(1000);
    await put(bytes, { ...VIDEO, owner: { ...OWNER, attempt: 2 } });
    const failure = await put(someBytes(900), VIDEO).catch((error: unknown) => error);
    expect(failure).to.include({ name: "StorageError", code: "precondition" });
    expect(await read("video.mp4")).to.deep.equal(bytes);
  });

  it("never touches another's object, and takes the next name", async () => {
    const theirs = someBytes(1000);
    await put(theirs, OTHERS);
    const ours = someBytes(1000);
    const stored = await put(ours, VIDEO);
    expect(stored.name).to.equal(`${currentFolder()}/video-2.mp4`);
    expect(await read("video.mp4")).to.deep.equal(theirs);
    expect(await read("video-2.mp4")).to.deep.equal(ours);
    expect((await put(ours, VIDEO)).name).to.equal(stored.name);
  });

  it("lets only one of two instances have a name that both want at once", async () => {
    const [ours, theirs] = [someBytes(50_000), someBytes(50_000)];
    const stored = await Promise.all([put(ours, VIDEO), put(theirs, OTHERS)]);
    const names = stored.map(({ name }) => name.slice(currentFolder().length + 1));
    expect(names.toSorted()).to.deep.equal(["video-2.mp4", "video.mp4"]);
    expect(await read(names[0] ?? "")).to.deep.equal(ours);
    expect(await read(names[1] ?? "")).to.deep.equal(theirs);
  });

  it("removes only the generation that it was told", async () => {
    const first = await put(someBytes(10), VIDEO);
    const second = await put(someBytes(11), VIDEO);
    const failure = await currentStore()
      .remove(first.name, first.generation)
      .catch((error: unknown) => error);
    expect(failure).to.include({ name: "StorageError", code: "precondition" });
    await currentStore().remove(second.name, second.generation);
    expect(await currentStore().stat(second.name)).to.equal(undefined);
  });
}
