import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DocumentData, Firestore } from "@google-cloud/firestore";
import { expect } from "chai";
import {
  type FirebaseEmulators,
  type FirebaseEmulatorsOptions,
  startFirebaseEmulators,
} from "../../src/firebase/emulators.ts";
import { descendants, listProcesses } from "../../src/process-tree.ts";
import { startScheduler } from "../../src/scheduler.ts";
import { writeThrowAwayProject } from "./throw-away-project.ts";

const PROJECT = "demo-emulators";

describe("startFirebaseEmulators", function () {
  this.timeout(120_000);
  let folder: string;
  let emulators: FirebaseEmulators;
  let firestore: Firestore;
  let others: number[];

  const start = (changes: Partial<FirebaseEmulatorsOptions> = {}) =>
    startFirebaseEmulators({
      projectId: PROJECT,
      rootDir: join(folder, "project"),
      functionsEnv: { ENDPOINT: "127.0.0.1:4321" },
      functionsSecrets: { CLOUD_TASKS_EMULATOR_HOST: "127.0.0.1:1234" },
      env: process.env,
      logDir: join(folder, "logs"),
      ...changes,
    });

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "emulators-test-"));
    await writeThrowAwayProject(join(folder, "project"));
    others = descendants(process.pid, await listProcesses());
    emulators = await start();
    const [host, port] = emulators.firestoreHost.split(":");
    firestore = new Firestore({ projectId: PROJECT, host, port: Number(port), ssl: false });
  });

  after(async () => {
    await firestore.terminate();
    await emulators.stop();
    await rm(folder, { recursive: true });
  });

  const written = (path: string) =>
    new Promise<DocumentData>((resolve, reject) => {
      const unsubscribe = firestore.doc(path).onSnapshot((snapshot) => {
        const data = snapshot.data();
        if (data === undefined) return;
        unsubscribe();
        resolve(data);
      }, reject);
    });

  const causeOf = async (starting: Promise<unknown>) => {
    const error = await starting.catch((reason: Error) => reason);
    return String((error as Error).cause);
  };

  it("runs the built functions when a document is written, with the variables given", async () => {
    const answer = written("out/first");
    await firestore.doc("in/first").set({ any: 1 });
    const { endpoint, detection } = await answer;
    expect({ endpoint, detection }).to.deep.equal({
      endpoint: "127.0.0.1:4321",
      detection: "none",
    });
  });

  it("lets a variable win over one that the emulators set themselves", async () => {
    const answer = written("out/second");
    await firestore.doc("in/second").set({ any: 1 });
    expect((await answer)["tasksHost"]).to.equal("127.0.0.1:1234");
  });

  it("has schedules that can be fired", async () => {
    const { functionsUrl } = emulators;
    const target = { functionsUrl, projectId: PROJECT, region: "us-central1" };
    const onError = (error: Error) => expect.fail(error.message);
    const schedule = { functionName: "sweep", everySeconds: 3600, onError };
    const scheduler = startScheduler({ ...target, ...schedule });
    await scheduler.fire();
    await scheduler.stop();
    expect((await firestore.doc("out/sweep").get()).exists).to.equal(true);
  });

  it("fails, beside another run, on a variable without a value instead of asking for it", async () => {
    const cause = await causeOf(start({ functionsEnv: {}, logDir: join(folder, "asking") }));
    expect(cause).to.match(/no value; firebase-tools asks: \? .*ENDPOINT/);
  });

  it("fails when the functions cannot be loaded, and says why", async () => {
    const rootDir = join(folder, "broken");
    await writeThrowAwayProject(rootDir);
    await writeFile(join(rootDir, "functions/lib/index.js"), `throw new Error("not today")`);
    const cause = await causeOf(start({ rootDir, logDir: join(folder, "failing") }));
    expect(cause).to.match(/not today|Failed to load function definition/);
    const log = await readFile(join(folder, "failing", "firebase-emulators.log"), "utf8");
    expect(log).to.include("not today");
  });

  it("leaves no process and no folder behind", async () => {
    const answer = written("out/last");
    await firestore.doc("in/last").set({ any: 1 });
    const stageDir = join((await answer)["folder"], "..");
    const running = descendants(process.pid, await listProcesses());
    const started = running.filter((pid) => !others.includes(pid));
    expect(started.length).to.be.at.least(3, "firebase-tools, Java and a worker");
    expect(await readdir(stageDir)).to.include("firebase.json");
    await firestore.terminate();
    await emulators.stop();
    const left = (await listProcesses()).filter(({ pid }) => started.includes(pid));
    expect(left).to.deep.equal([]);
    expect(await readdir(join(stageDir, ".."))).to.not.include(stageDir.split("/").at(-1));
    expect(await emulators.exited).to.deep.equal({ code: 0, signal: null });
  });
});
