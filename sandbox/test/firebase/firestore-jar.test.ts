import { mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { findDownloadedJar } from "../../src/firebase/downloaded-jars.ts";
import { provideFirestoreJar, sdkRoots } from "../../src/firebase/firestore-jar.ts";
import { launcherJar } from "../../src/firebase/launcher-jar.ts";

const MAIN_CLASS = "com.google.cloud.datastore.emulator.firestore.CloudFirestore";

describe("the choice of a Firestore emulator", () => {
  let home: string;
  let notices: string[];

  beforeEach(async () => {
    home = await realpath(await mkdtemp(join(tmpdir(), "firestore-jar-test-")));
    notices = [];
  });

  afterEach(() => rm(home, { recursive: true }));

  const cache = () => join(home, ".cache", "firebase", "emulators");
  const touch = async (path: string) => {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, "");
  };
  const provide = (env: NodeJS.ProcessEnv, roots: string[]) => {
    const notify = (sentence: string) => notices.push(sentence);
    return provideFirestoreJar({ env: { HOME: home, ...env }, workDir: home, notify }, roots);
  };

  it("takes the newest that firebase-tools has", async () => {
    for (const version of ["v1.9.0", "v1.19.8", "v1.2.0"]) {
      await touch(join(cache(), `cloud-firestore-emulator-${version}.jar`));
    }
    await touch(join(cache(), "cloud-storage-rules-runtime-v2.jar"));
    expect(await findDownloadedJar("firestore", { HOME: home })).to.match(/v1\.19\.8\.jar$/);
    expect(await findDownloadedJar("storage", { HOME: home })).to.match(/runtime-v2\.jar$/);
    const env = { FIREBASE_EMULATORS_PATH: join(home, "none") };
    expect(await findDownloadedJar("firestore", env)).to.equal(undefined);
  });

  it("finds the Cloud SDK by way of a gcloud that is linked to", async () => {
    await touch(join(home, "sdk", "bin", "gcloud"));
    await mkdir(join(home, "bin"));
    await symlink(join(home, "sdk", "bin", "gcloud"), join(home, "bin", "gcloud"));
    const [first, second] = sdkRoots({ HOME: home, PATH: `${home}/none:${home}/bin` });
    expect(first).to.equal(join(home, "sdk"));
    expect(second).to.equal(join(home, "google-cloud-sdk"));
  });

  it("prefers what the environment names, then the cache, then the Cloud SDK", async () => {
    const sdk = join(home, "sdk");
    const sdkJar = join(sdk, "platform/cloud-firestore-emulator/cloud-firestore-emulator.jar");
    await touch(sdkJar);
    const launcher = await provide({}, [join(home, "none"), sdk]);
    expect(await readFile(launcher)).to.deep.equal(launcherJar(MAIN_CLASS, [sdkJar]));
    const cached = join(cache(), "cloud-firestore-emulator-v1.19.8.jar");
    await touch(cached);
    expect(await provide({}, [sdk])).to.equal(cached);
    expect(await provide({ FIRESTORE_EMULATOR_BINARY_PATH: "/my.jar" }, [sdk])).to.equal("/my.jar");
    expect(notices).to.deep.equal([]);
  });

  it("downloads at last, says so, and says what to do when that fails", async function () {
    this.timeout(30_000);
    const offline = { HTTPS_PROXY: "http://127.0.0.1:9", XDG_CONFIG_HOME: home };
    const env = { ...offline, PATH: process.env["PATH"], CI: "true", NO_UPDATE_NOTIFIER: "1" };
    const error = await provide(env, []).catch((reason: Error) => reason);
    expect(notices.join()).to.include("Downloading the Firestore emulator");
    expect(error).to.be.an("error");
    expect(String(error)).to.include("gcloud components install cloud-firestore-emulator");
  });
});
