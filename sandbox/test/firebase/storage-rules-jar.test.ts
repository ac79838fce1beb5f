import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect } from "chai";
import { provideFirestoreJar } from "../../src/firebase/firestore-jar.ts";
import { provideStorageRulesJar } from "../../src/firebase/storage-rules-jar.ts";

describe("the choice of a rules runtime for the Storage emulator", function () {
  this.timeout(30_000);
  let home: string;
  let notices: string[];

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), "storage-rules-jar-test-"));
    notices = [];
  });

  afterEach(() => rm(home, { recursive: true }));

  const notify = (sentence: string) => notices.push(sentence);
  const provide = async (env: NodeJS.ProcessEnv) => {
    const firestoreJar = await provideFirestoreJar({ env: process.env, workDir: home, notify });
    const options = { workDir: home, firestoreJar, notify };
    return provideStorageRulesJar({ ...options, env: { HOME: home, ...env } });
  };

  it("prefers what the environment names, then firebase-tools' own", async () => {
    const cache = join(home, ".cache", "firebase", "emulators");
    const downloaded = join(cache, "cloud-storage-rules-runtime-v1.1.3.jar");
    await mkdir(cache, { recursive: true });
    await writeFile(downloaded, "");
    expect(await provide({})).to.equal(downloaded);
    expect(await provide({ STORAGE_EMULATOR_BINARY_PATH: "/my.jar" })).to.equal("/my.jar");
    expect(notices).to.deep.equal([]);
  });

  it("makes one of the Firestore emulator, which tells the errors of rules", async () => {
    const jar = await provide({ PATH: process.env["PATH"], JAVA_HOME: process.env["JAVA_HOME"] });
    const runtime = spawn("java", ["-jar", jar], { stdio: ["pipe", "pipe", "ignore"] });
    try {
      const lines = createInterface(runtime.stdout)[Symbol.asyncIterator]();
      const next = async () => JSON.parse(String((await lines.next()).value));
      expect(await next()).to.deep.equal({ id: -1, status: "ok" });
      const source = { files: [{ name: "storage.rules", content: "service firebase.storage {" }] };
      const context = { rulesetName: "0", source };
      runtime.stdin.write(`${JSON.stringify({ action: "load_ruleset", id: 0, context })}\n`);
      const { id, errors } = await next();
      expect(id).to.equal(0);
      expect(errors).to.deep.equal(["line 1: Unexpected '<EOF>'."]);
    } finally {
      runtime.kill("SIGKILL");
      await once(runtime, "close");
    }
    expect(notices).to.deep.equal([]);
  });

  it("downloads where there is no compiler, says so, and says what to do when that fails", async () => {
    const offline = { HTTPS_PROXY: "http://127.0.0.1:9", XDG_CONFIG_HOME: home, CI: "true" };
    const error = await provide({ ...offline, PATH: home }).catch((reason: Error) => reason);
    expect(notices.join()).to.include("Downloading the rules runtime of the Storage emulator");
    expect(String(error)).to.include("npx firebase setup:emulators:storage");
  });
});
