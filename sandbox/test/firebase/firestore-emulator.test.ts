import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Firestore } from "@google-cloud/firestore";
import { expect } from "chai";
import { startFirestoreEmulator } from "../../src/firebase/firestore-emulator.ts";
import { descendants, listProcesses } from "../../src/process-tree.ts";

describe("startFirestoreEmulator", function () {
  this.timeout(30_000);
  let logDir: string;

  before(async () => {
    logDir = await mkdtemp(join(tmpdir(), "firestore-test-"));
  });

  after(() => rm(logDir, { recursive: true }));

  it("serves every project until it is stopped, and leaves no process", async () => {
    const before = descendants(process.pid, await listProcesses());
    const { host, port, stop } = await startFirestoreEmulator({ env: process.env, logDir });
    for (const projectId of ["demo-one", "demo-two"]) {
      const firestore = new Firestore({ projectId, host, port, ssl: false });
      await firestore.doc("a/b").create({ projectId });
      expect((await firestore.doc("a/b").get()).data()).to.deep.equal({ projectId });
      await firestore.terminate();
    }
    await stop();
    expect(descendants(process.pid, await listProcesses())).to.deep.equal(before);
  });

  it("says what went wrong when it cannot start", async () => {
    const env = { ...process.env, FIRESTORE_EMULATOR_BINARY_PATH: join(logDir, "none.jar") };
    const error = await startFirestoreEmulator({ env, logDir }).catch((reason: Error) => reason);
    expect(String((error as Error).cause)).to.include("Unable to access jarfile");
  });
});
