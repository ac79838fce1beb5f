import {
  chmod,
  link,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { PutOptions } from "@meeting-bot/core";
import { expect } from "chai";
import { FileRecordingStore } from "../src/file-recording-store.ts";
import { collect, failureOf, memorySource, readAll, someBytes } from "./bytes.ts";
import { describeRecordingStore } from "./recording-store-suite.ts";

const VIDEO: PutOptions = { owner: { instance: "i1", attempt: 1 }, contentType: "video/mp4" };
const NOBODY = 65_534;

describe("FileRecordingStore", () => {
  let outside: string;
  let folder: string;
  let store: FileRecordingStore;
  beforeEach(async () => {
    outside = await realpath(await mkdtemp(join(tmpdir(), "file-store-")));
    folder = join(outside, "recordings");
    await mkdir(folder);
    store = new FileRecordingStore({ folder });
  });
  afterEach(() => rm(outside, { recursive: true }));

  const put = (name: string, bytes = someBytes(9)) => store.put(name, memorySource(bytes), VIDEO);

  describeRecordingStore("a folder", {
    open: () => store,
    openMissing: () => new FileRecordingStore({ folder: join(folder, "none") }),
    uriOf: (name) => pathToFileURL(join(folder, name)).href,
    readSigned: (url) => readFile(fileURLToPath(url)),
    preconditions: true,
    forbid: () => takeRightsAway(folder),
  });

  it("stores files that anybody can open by their names, and nothing else beside them", async () => {
    const bytes = someBytes(1000);
    await put("a/video.mp4", bytes);
    expect(await readFile(join(folder, "a/video.mp4"))).to.deep.equal(bytes);
    expect((await readdir(folder)).toSorted()).to.deep.equal([".meeting-bot", "a"]);
    expect(await readdir(join(folder, ".meeting-bot"))).to.have.lengthOf(1);
  });

  it("leaves nothing of what it has removed or replaced", async () => {
    await put("a/raw/1.part");
    await put("a/raw/1.part");
    await put("a/2.part");
    await store.remove("a/raw/1.part");
    expect(await readdir(join(folder, "a"))).to.deep.equal(["2.part"]);
    await store.remove("a/2.part");
    expect(await readdir(folder)).to.deep.equal([".meeting-bot"]);
    expect(await readdir(join(folder, ".meeting-bot"))).to.deep.equal([]);
  });

  it("leaves nothing of a put that fails", async () => {
    const source = { open: () => memorySource(someBytes(9)).open().destroy(new Error("broken")) };
    await failureOf(store.put("a", source, VIDEO));
    expect(await readdir(join(folder, ".meeting-bot"))).to.deep.equal([]);
  });

  it("lets only one of many writers in several stores have a name", async () => {
    const puts = Array.from({ length: 8 }, (_, index) =>
      new FileRecordingStore({ folder }).put("a/video.mp4", memorySource(someBytes(50_000)), {
        ...VIDEO,
        owner: { instance: `i${index}`, attempt: 1 },
      }),
    );
    const names = (await Promise.all(puts)).map(({ name }) => name);
    expect(new Set(names).size).to.equal(8);
    expect(names).to.include.members(["a/video.mp4", "a/video-8.mp4"]);
  });

  it("takes a file that somebody else has put there for another's, and describes it", async () => {
    await writeFile(join(folder, "video.mp4"), "123456789");
    expect(await store.stat("video.mp4")).to.include({ bytes: 9, crc32c: "4waSgw==" });
    expect((await put("video.mp4")).name).to.equal("video-2.mp4");
    expect(await readFile(join(folder, "video.mp4"), "utf8")).to.equal("123456789");
  });

  it("does not take a file for what it was before somebody wrote into it", async () => {
    const { generation } = await put("video.mp4");
    await writeFile(join(folder, "video.mp4"), "other");
    expect((await store.stat("video.mp4"))?.metadata).to.deep.equal({});
    expect(await failureOf(store.remove("video.mp4", generation))).to.include({
      code: "precondition",
    });
  });

  for (const name of [
    "../a",
    "a/../../b",
    "/etc/passwd",
    "a//b",
    "a/./b",
    "a/",
    "",
    ".",
    "..",
    "a\0b",
    ".meeting-bot/a",
  ]) {
    it(`refuses the name ${JSON.stringify(name)}`, async () => {
      const attempts = [
        () => put(name),
        () => store.stat(name),
        () => readAll(store.get(name)),
        () => store.remove(name),
        () => store.signedUrl(name, { expiresSeconds: 1 }),
      ];
      for (const attempt of attempts) {
        expect(await failureOf(attempt())).to.include({ name: "StorageError", code: "refused" });
      }
      expect(await readdir(outside)).to.deep.equal(["recordings"]);
    });
  }

  it("never follows a link out of the folder", async () => {
    await mkdir(join(outside, "secrets"));
    await writeFile(join(outside, "secrets", "a"), "secret");
    await symlink(join(outside, "secrets"), join(folder, "linked"));
    await symlink(join(outside, "secrets", "a"), join(folder, "file"));
    for (const name of ["linked/a", "linked/new", "linked/new/new", "file"]) {
      const attempts = [
        () => put(name),
        () => store.stat(name),
        () => readAll(store.get(name)),
        () => store.remove(name),
      ];
      for (const attempt of attempts) {
        expect(await failureOf(attempt())).to.include({ name: "StorageError", code: "refused" });
      }
    }
    expect(await collect(store.list(""))).to.deep.equal([]);
    expect(await failureOf(collect(store.list("linked/")))).to.include({ code: "refused" });
    expect(await readdir(join(outside, "secrets"))).to.deep.equal(["a"]);
  });

  it("may itself be reached by a link", async () => {
    await symlink(folder, join(outside, "alias"));
    const alias = new FileRecordingStore({ folder: join(outside, "alias") });
    await alias.put("a/b", memorySource(someBytes(9)), VIDEO);
    expect(await store.stat("a/b")).to.include({ bytes: 9 });
  });

  it("lists nothing of a folder that is not there, and refuses a prefix that leaves", async () => {
    expect(await collect(store.list("none/a"))).to.deep.equal([]);
    expect(await failureOf(collect(store.list("../")))).to.include({ code: "refused" });
  });

  it("says what is in the way of a name", async () => {
    await put("a");
    expect(await failureOf(put("a/b"))).to.include({ name: "StorageError", code: "refused" });
    await put("c/d");
    expect(await failureOf(put("c"))).to.include({ name: "StorageError", code: "refused" });
    const long = await failureOf(put("x".repeat(300)));
    expect(long).to.include({ code: "refused" });
    expect(String(long)).to.contain("too long");
  });

  it("goes on reading what was opened when it is replaced meanwhile", async () => {
    const bytes = someBytes(500_000);
    await put("a", bytes);
    const reading = store.get("a");
    await new Promise((resolve) => reading.once("readable", resolve));
    await put("a", someBytes(500_000));
    expect(await readAll(reading)).to.deep.equal(bytes);
  });

  it("notices that the disk has lost a bit", async () => {
    const { uri } = await put("a", Buffer.alloc(1000));
    const sidecar = join(
      folder,
      ".meeting-bot",
      (await readdir(join(folder, ".meeting-bot")))[0] ?? "",
    );
    const described = JSON.parse(await readFile(sidecar, "utf8"));
    await writeFile(sidecar, JSON.stringify({ ...described, crc32c: "AAAAAA==" }));
    const failure = await failureOf(readAll(store.get("a")));
    expect(failure).to.include({ code: "corrupt" });
    expect(String(failure)).to.contain(uri);
  });

  it("needs a file system's hard links only inside the folder", async () => {
    const { name } = await put("a/b");
    await link(join(folder, name), join(folder, "c"));
    await store.remove(name);
    expect(await readFile(join(folder, "c"))).to.have.lengthOf(9);
  });
});

/** As root, which no mode keeps out, becomes somebody else for the file system. */
async function takeRightsAway(folder: string): Promise<() => Promise<void>> {
  const isRoot = process.geteuid?.() === 0;
  await chmod(folder, isRoot ? 0o700 : 0);
  if (isRoot) process.seteuid?.(NOBODY);
  return async () => {
    if (isRoot) process.seteuid?.(0);
    await chmod(folder, 0o755);
  };
}
