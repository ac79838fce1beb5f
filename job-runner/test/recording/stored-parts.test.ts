import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { partName } from "@meeting-bot/core";
import { expect } from "chai";
import { memorySource, someBytes } from "../../../storage/test/bytes.ts";
import { useFakeStore } from "../../../storage/test/fake-store.ts";
import { until } from "../../../test/eventually.ts";
import { toMetadata } from "../../src/recording/part.ts";
import {
  fetchAttempt,
  findStoredAttempts,
  removeAllParts,
  removeParts,
} from "../../src/recording/stored-parts.ts";
import { useScratch } from "../media/support/scratch.ts";

const { signal } = new AbortController();

describe("stored parts", () => {
  const scratch = useScratch();
  const bucket = useFakeStore();

  /** Stores 1,000 bytes as the part of that number, each at its place in the recording's first take. */
  async function put(token: string, attempt: number, sequence: number, instance = "i1") {
    return putAt(
      token,
      attempt,
      sequence,
      { take: 1, startByte: (sequence - 1) * 1_000 },
      instance,
    );
  }

  async function putAt(
    token: string,
    attempt: number,
    sequence: number,
    { take, startByte }: { take: number; startByte: number },
    instance = "i1",
  ) {
    const bytes = someBytes(1_000);
    const owner = { instance, attempt };
    const at = attempt * 100_000 + (sequence - 1) * 1_000;
    const endByte = startByte + 1_000;
    const part = { take, startByte, endByte, startedAt: at, untilAt: at + 1_000 };
    const options = { owner, contentType: "video/webm", metadata: toMetadata(part, owner) };
    await bucket.store.put(partName("rec", token, sequence), memorySource(bytes, true), options);
    return bytes;
  }

  it("finds nothing where nothing is", async () => {
    expect(await findStoredAttempts(bucket.store, "rec", { instance: "i1" })).to.deep.equal([]);
  });

  it("finds what each earlier attempt has stored, in order, and what is missing", async () => {
    await put("b", 1, 1);
    await put("b", 1, 2);
    await put("a", 2, 2);
    await put("a", 2, 5);
    await put("own", 3, 1);
    await put("another", 1, 1, "i2");
    const options = { owner: { instance: "i1", attempt: 1 }, contentType: "text/plain" };
    await bucket.store.put("rec/raw/b/notes.txt", memorySource(someBytes(1), true), options);
    const attempts = await findStoredAttempts(bucket.store, "rec", {
      instance: "i1",
      except: "own",
    });
    expect(attempts.map(({ parts, ...rest }) => ({ ...rest, parts: parts.length }))).to.deep.equal([
      ...[{ token: "b", attempt: 1, startedAt: 100_000, untilAt: 102_000, missing: [] }].map(
        (attempt) => ({ ...attempt, lostBytes: 0, parts: 2 }),
      ),
      ...[{ token: "a", attempt: 2, startedAt: 201_000, untilAt: 205_000, missing: [1, 3, 4] }].map(
        (attempt) => ({ ...attempt, lostBytes: 3_000, parts: 2 }),
      ),
    ]);
  });

  it("misses nothing where the bot has begun another file", async () => {
    await putAt("b", 1, 1, { take: 1, startByte: 0 });
    await putAt("b", 1, 2, { take: 1, startByte: 1_000 });
    await putAt("b", 1, 3, { take: 2, startByte: 0 });
    await putAt("b", 1, 4, { take: 3, startByte: 300 });
    const [attempt] = await findStoredAttempts(bucket.store, "rec", { instance: "i1" });
    expect(attempt).to.deep.include({ missing: [], lostBytes: 300 });
  });

  it("fetches the parts of an attempt into one file, over broken connections", async () => {
    const bytes = [await put("b", 1, 1), await put("b", 1, 2), await put("b", 1, 3)];
    bucket.fake.inject({ kind: "break", on: "download", afterBytes: 300, after: 1 });
    const [attempt] = await findStoredAttempts(bucket.store, "rec", { instance: "i1" });
    if (!attempt) throw new Error("There is no attempt.");
    for (const _ of [1, 2])
      await fetchAttempt(bucket.store, attempt, scratch.path("a.webm"), signal);
    expect((await readFile(join(scratch.path(), "a.webm"))).equals(Buffer.concat(bytes))).to.equal(
      true,
    );
  });

  it("fetches nothing when it is told to stop", async () => {
    await put("b", 1, 1);
    const [attempt] = await findStoredAttempts(bucket.store, "rec", { instance: "i1" });
    if (!attempt) throw new Error("There is no attempt.");
    const aborted = AbortSignal.abort(new Error("fenced off"));
    const fetched = fetchAttempt(bucket.store, attempt, scratch.path("a.webm"), aborted);
    expect(await fetched.catch((error: unknown) => error)).to.include({ name: "AbortError" });
  });

  it("removes them, and goes on after one that will not go", async () => {
    for (let sequence = 1; sequence <= 20; sequence++) await put("b", 1, sequence);
    await put("another", 1, 1, "i2");
    const attempts = await findStoredAttempts(bucket.store, "rec", { instance: "i1" });
    bucket.fake.inject({ kind: "status", status: 403, on: "remove", after: 3 });
    const errors = await removeParts(bucket.store, attempts);
    expect(errors.map((error) => error.name)).to.deep.equal(["StorageError"]);
    expect(bucket.fake.objects()).to.have.lengthOf(2);
    expect(await removeParts(bucket.store, attempts)).to.deep.equal([]);
    expect(bucket.fake.objects().map(({ name }) => name)).to.deep.equal([
      "rec/raw/another/000001.part",
    ]);
  });

  it("removes those as well that come to be while others are removed", async () => {
    await put("b", 1, 1);
    await put("another", 1, 1, "i2");
    const late = put.bind(undefined, "b", 1, 2);
    let isLate = true;
    const store = {
      list: (prefix: string) => bucket.store.list(prefix),
      remove: async (name: string, generation?: string) => {
        await bucket.store.remove(name, generation);
        if (isLate) await late();
        isLate = false;
      },
    };
    expect(await removeAllParts(store, "rec", { instance: "i1" }, signal)).to.deep.equal([]);
    const left = bucket.fake.objects().map(({ name }) => name);
    expect(left).to.deep.equal(["rec/raw/another/000001.part"]);
  });

  it("does not look again for those that will not go", async () => {
    await put("b", 1, 1);
    bucket.fake.inject({ kind: "status", status: 403, on: "remove", times: 9 });
    const errors = await removeAllParts(bucket.store, "rec", { instance: "i1" }, signal);
    expect(errors.map((error) => error.name)).to.deep.equal(["StorageError"]);
    expect(bucket.fake.requests.filter((made) => made.endsWith("list"))).to.have.lengthOf(1);
  });

  it("removes no more when it is told to stop, and waits for none that hangs", async () => {
    for (let sequence = 1; sequence <= 20; sequence++) await put("b", 1, sequence);
    const attempts = await findStoredAttempts(bucket.store, "rec", { instance: "i1" });
    bucket.fake.inject({ kind: "status", status: 403, on: "remove" });
    bucket.fake.inject({ kind: "hang", on: "remove", times: 99 });
    const controller = new AbortController();
    const removed = removeParts(bucket.store, attempts, controller.signal);
    const requests = () => bucket.fake.requests.filter((made) => made.endsWith("remove")).length;
    await until(() => requests() === 9);
    controller.abort();
    expect((await removed).map((error) => error.name)).to.deep.equal(["StorageError"]);
    expect(await removeParts(bucket.store, attempts, controller.signal)).to.deep.equal([]);
    expect(requests()).to.equal(9);
  });

  it("removes no more after the one under way when it is told to stop", async () => {
    for (let sequence = 1; sequence <= 20; sequence++) await put("b", 1, sequence);
    const attempts = await findStoredAttempts(bucket.store, "rec", { instance: "i1" });
    const controller = new AbortController();
    const asked: string[] = [];
    const remove = async (name: string) => {
      asked.push(name);
      if (asked.length === 10) controller.abort();
    };
    await removeParts({ remove }, attempts, controller.signal);
    expect(asked).to.have.lengthOf(10);
  });
});
