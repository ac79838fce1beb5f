import { mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PutOptions } from "@meeting-bot/core";
import { expect } from "chai";
import { FileRecordingStore } from "../src/file-recording-store.ts";
import { collect, failureOf, memorySource, readAll, someBytes } from "./bytes.ts";

const ROUNDS = 8;
const ATTEMPTS = [2, 3, 4, 5, 6];

describe("FileRecordingStore, when several change one object", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "file-replacing-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** As another process would: with a store of its own. */
  const store = () => new FileRecordingStore({ folder });
  const put = (name: string, attempt: number, bytes = someBytes(9)) => {
    const owner = { instance: "i1", attempt };
    const options: PutOptions = { owner, contentType: "video/mp4" };
    return store().put(name, memorySource(bytes), options);
  };

  /** Does what a writer does that has begun to change the one object there is. */
  async function claim(seconds: number): Promise<void> {
    const own = join(folder, ".meeting-bot");
    const [sidecar = ""] = await readdir(own);
    const file = join(own, `${sidecar}.claim`);
    await writeFile(file, "");
    const begunAt = new Date(Date.now() - seconds * 1000);
    await utimes(file, begunAt, begunAt);
  }

  it("keeps what the latest attempt has stored, however they meet", async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const name = `${round}.mp4`;
      await put(name, 1);
      const latest = someBytes(9);
      const others = ATTEMPTS.map((attempt) => put(name, attempt));
      await Promise.allSettled([...others, put(name, 7, latest)]);
      expect(await readAll(store().get(name))).to.deep.equal(latest);
    }
    const stored = await collect(store().list(""));
    expect(stored).to.have.lengthOf(ROUNDS);
    expect(await readdir(join(folder, ".meeting-bot"))).to.have.lengthOf(ROUNDS);
  });

  it("keeps away from what another is changing", async () => {
    const bytes = someBytes(9);
    const { generation } = await put("a", 1, bytes);
    await claim(1);
    expect(await failureOf(put("a", 2))).to.include({ code: "precondition" });
    expect(await failureOf(store().remove("a", generation))).to.include({ code: "precondition" });
    expect(await readAll(store().get("a"))).to.deep.equal(bytes);
  });

  it("goes on where another has died over it", async () => {
    await put("a", 1);
    await claim(60);
    const bytes = someBytes(9);
    expect(await put("a", 2, bytes)).to.include({ name: "a" });
    expect(await readAll(store().get("a"))).to.deep.equal(bytes);
    expect(await readdir(join(folder, ".meeting-bot"))).to.have.lengthOf(1);
  });
});
