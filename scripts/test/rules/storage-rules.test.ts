import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import {
  type StorageEmulator,
  startStorageEmulator,
} from "../../../sandbox/src/firebase/storage-emulator.ts";
import { renderFile } from "../../rules/marked-block.ts";
import { storageRuleset } from "../../rules/storage-ruleset.ts";
import { describeMutations } from "./mutated-rules.ts";
import { spellingOf } from "./spelling.ts";
import { STORAGE_PROJECT, storageCases } from "./storage-cases.ts";
import { describeTables } from "./tables.ts";

describe("storage.rules", () => {
  let logDir: string;
  let emulator: StorageEmulator;

  before(async function () {
    this.timeout(120_000);
    logDir = await mkdtemp(join(tmpdir(), "storage-rules-"));
    const notify = (sentence: string) => process.stdout.write(`${sentence}\n`);
    const options = { projectId: STORAGE_PROJECT, env: process.env, logDir, notify };
    emulator = await startStorageEmulator(options);
  });

  after(async function () {
    this.timeout(30_000);
    await emulator?.stop();
    await rm(logDir, { recursive: true });
  });

  it("is what the generator prints for the defaults", () => {
    const { config } = spellingOf();
    expect(readFileSync("storage.rules", "utf8")).to.equal(renderFile(storageRuleset(config)));
  });

  const cases = storageCases(() => emulator);
  describeTables(cases);
  describeMutations(cases);
});
