import type { PutOptions, RecordingStore } from "@meeting-bot/core";
import { expect } from "chai";
import { memorySource, readAll, someBytes } from "./bytes.ts";

const OWNER = { instance: "instance-1", attempt: 1 };
const VIDEO: PutOptions = { owner: OWNER, contentType: "video/mp4" };
const OTHERS: PutOptions = { ...VIDEO, owner: { instance: "instance-2", attempt: 1 } };

/** The part of the contract that needs a server which honours the generation. */
export function describePreconditions(
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
