import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { DELIVERY_QUEUE, DELIVERY_TASKS } from "../src/timers/delivery-queue.ts";
import { LAUNCH_QUEUE, LAUNCH_TASKS } from "../src/timers/launch-queue.ts";
import { ensureBuilt } from "./support/build.ts";

/** The part of firebase-tools that finds what is uploaded; it comes without types. */
interface FileSystem {
  readdirRecursive(options: { path: string; ignore: string[] }): Promise<{ name: string }[]>;
}
const files = createRequire(import.meta.url)("firebase-tools/lib/fsAsync") as FileSystem;

interface FirebaseJson {
  functions: { codebase: string; source: string; ignore: string[] }[];
}
interface Manifest {
  endpoints: Record<string, Record<string, unknown>>;
  params: { name: string }[];
}

const run = promisify(execFile);
/** npm fetches a hundred packages; seconds from its cache, a minute without. */
const INSTALL_TIMEOUT_MS = 300_000;

describe("the packed functions", function () {
  this.timeout(INSTALL_TIMEOUT_MS);

  let folder: string;
  let packed: string[];
  let manifest: Manifest;
  before(async () => {
    await ensureBuilt();
    folder = await mkdtemp(join(tmpdir(), "packed-functions-"));
    packed = await pack(folder);
    await run("npm", ["ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"], {
      cwd: folder,
    });
    manifest = await readManifest(folder);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it("are what runs and nothing else", () => {
    expect(packed).to.include.members(["package.json", "package-lock.json", "lib/index.js"]);
    const strange = packed.filter(
      (file) => !/^(package(-lock)?\.json|lib\/(?:[\w-]+\/)*[\w-]+\.js|\.env)$/.test(file),
    );
    expect(strange).to.deep.equal([]);
  });

  it("serve every function, installed alone", () => {
    expect(manifest.endpoints).to.have.all.keys(
      "onMeetingWritten",
      "onBotInstanceCreated",
      "onBotEventCreated",
      "onWebhookDeliveryCreated",
      DELIVERY_TASKS.functionName,
      LAUNCH_TASKS.functionName,
      "sweep",
      "sweepWebhooks",
      "reconcile",
      "backfill",
      "api",
      "recordingComplete",
    );
  });

  it("let anybody call the API, which asks for a token itself", () => {
    expect(manifest.endpoints["api"])
      .to.have.nested.property("httpsTrigger.invoker")
      .that.deep.equals(["public"]);
  });

  it("watch the meetings wherever they are configured to be", () => {
    const anywhere = '{{ params.MEETINGS_QUERY_MODE == "collection_group" ? "{parent=**}/" : "" }}';
    const document = { document: `${anywhere}{{ params.MEETINGS_COLLECTION_PATH }}/{meetingId}` };
    expect(manifest.endpoints["onMeetingWritten"]).to.have.nested.property(
      "eventTrigger.retry",
      true,
    );
    expect(manifest.endpoints["onMeetingWritten"])
      .to.have.nested.property("eventTrigger.eventFilterPathPatterns")
      .that.deep.include(document);
    expect(manifest.endpoints["onBotInstanceCreated"])
      .to.have.nested.property("eventTrigger.eventFilterPathPatterns.document")
      .that.equals("bot_instances/{id}");
  });

  it("hear of new bot instances only, so that heartbeats start no function", () => {
    expect(manifest.endpoints["onBotInstanceCreated"])
      .to.have.nested.property("eventTrigger.eventType")
      .that.equals("google.cloud.firestore.document.v1.created");
  });

  for (const [name, schedule] of Object.entries({
    sweep: "every 1 minutes",
    sweepWebhooks: "every 1 minutes",
    reconcile: "every 5 minutes",
    backfill: "every 1 hours",
  })) {
    it(`run ${name} ${schedule}, one at a time, beside the others`, () => {
      const { [name]: endpoint } = manifest.endpoints;
      expect(endpoint).to.have.nested.property("scheduleTrigger.schedule", schedule);
      expect(endpoint).to.have.property("maxInstances", 1);
    });
  }

  for (const [{ functionName }, queue] of [
    [LAUNCH_TASKS, LAUNCH_QUEUE],
    [DELIVERY_TASKS, DELIVERY_QUEUE],
  ] as const) {
    it(`serve ${functionName} from a queue with the limits that the sandbox's queue has`, () => {
      const { [functionName]: endpoint } = manifest.endpoints;
      expect(endpoint).to.have.property("region").that.includes("params.GCP_DEFAULT_REGION");
      for (const [part, limits] of Object.entries(queue)) {
        expect(endpoint).to.have.nested.property(`taskQueueTrigger.${part}`).that.includes(limits);
      }
    });
  }

  it("hear of new deliveries only, and give their secrets to who sends them and to nobody else", () => {
    expect(manifest.endpoints["onWebhookDeliveryCreated"])
      .to.have.nested.property("eventTrigger.eventType")
      .that.equals("google.cloud.firestore.document.v1.created");
    const readers = Object.entries(manifest.endpoints).flatMap(([name, endpoint]) =>
      JSON.stringify(endpoint["secretEnvironmentVariables"] ?? []).includes('"WEBHOOK_SECRETS"')
        ? name
        : [],
    );
    expect(readers).to.deep.equal([DELIVERY_TASKS.functionName]);
  });

  it("act as the service account that is configured", () => {
    for (const endpoint of Object.values(manifest.endpoints)) {
      expect(endpoint)
        .to.have.property("serviceAccountEmail")
        .that.includes("params.FUNCTIONS_SERVICE_ACCOUNT");
    }
  });

  it("load a platform's SDK when it is the one, and no other's", async () => {
    const launchers = packed.filter((file) => /^lib\/launcher-\w+\.js$/.test(file));
    const own = await Promise.all(launchers.map((file) => sdksLoadedWith(folder, file)));
    expect(own.toSorted()).to.deep.equal([
      [],
      ["@aws-sdk/client-ecs"],
      ["@google-cloud/run"],
      ["@kubernetes/client-node"],
    ]);
  });

  it("ask for what has no default, and for what shapes the triggers", () => {
    expect(manifest.params.map(({ name }) => name).toSorted()).to.deep.equal([
      "FIRESTORE_DATABASE",
      "FUNCTIONS_SERVICE_ACCOUNT",
      "GCP_DEFAULT_REGION",
      "GCS_BUCKET",
      "MEETINGS_COLLECTION_PATH",
      "MEETINGS_QUERY_MODE",
      "NOTIFY_WEBHOOK_SECRET",
      "S3_KEYS",
      "WEBHOOK_SECRETS",
    ]);
  });
});

describe("the functions' lock file", () => {
  interface Package {
    version?: string;
    dependencies?: Record<string, string>;
    devDependencies?: Record<string, string>;
  }
  const read = <T>(path: string) => JSON.parse(readFileSync(path, "utf8")) as T;
  type Lock = { packages: Record<string, Package> };
  const own = read<Lock>("functions/package-lock.json").packages;
  const root = read<Lock>("package-lock.json").packages;
  const { dependencies, devDependencies } = read<Package>("functions/package.json");

  it("agrees with package.json", () => {
    expect(own[""]).to.deep.include({ dependencies, devDependencies });
  });

  it("has the versions that are tested here", () => {
    for (const name of Object.keys(dependencies ?? {})) {
      const tested = root[`functions/node_modules/${name}`] ?? root[`node_modules/${name}`];
      expect(own[`node_modules/${name}`]?.version, name).to.equal(tested?.version);
    }
  });

  it("names exact versions only", () => {
    for (const [name, version] of Object.entries(dependencies ?? {})) {
      expect(version, name).to.equal(own[`node_modules/${name}`]?.version);
    }
  });
});

/** Copies what `firebase deploy` would upload; tells the files. */
async function pack(folder: string): Promise<string[]> {
  const [{ source, ignore } = { source: "", ignore: [] }] = (
    JSON.parse(readFileSync("firebase.json", "utf8")) as FirebaseJson
  ).functions;
  const path = resolve(source);
  const found = await files.readdirRecursive({ path, ignore });
  const names = found.map(({ name }) => relative(path, name));
  for (const name of names) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await cp(join(path, name), join(folder, name));
  }
  return names;
}

const SDK = /node_modules\/(@google-cloud\/run|@kubernetes\/client-node|@aws-sdk\/client-ecs)\//;

/** The launchers' SDKs that a process loads with the functions and one chunk of them. */
async function sdksLoadedWith(folder: string, chunk: string): Promise<string[]> {
  const script = `
    import { registerHooks } from "node:module";
    registerHooks({ load: (url, context, next) => { console.log(url); return next(url, context); } });
    await import("./lib/index.js");
    await import("./${chunk}");
    process.exit();`;
  const env = { PATH: process.env["PATH"], GCLOUD_PROJECT: "demo-test" };
  const { stdout } = await run(process.execPath, ["--input-type=module", "-e", script], {
    cwd: folder,
    env,
    maxBuffer: 16 * 1024 * 1024,
  });
  const loaded = stdout.split("\n").flatMap((url) => SDK.exec(url)?.[1] ?? []);
  return [...new Set(loaded)];
}

/** Lets `firebase-functions` itself load the folder, as the deploying CLI does. */
async function readManifest(folder: string): Promise<Manifest> {
  const output = join(folder, "functions.json");
  await run(process.execPath, ["node_modules/.bin/firebase-functions"], {
    cwd: folder,
    env: {
      PATH: process.env["PATH"],
      GCLOUD_PROJECT: "demo-test",
      FUNCTIONS_MANIFEST_OUTPUT_PATH: output,
    },
  });
  return JSON.parse(await readFile(output, "utf8")) as Manifest;
}
