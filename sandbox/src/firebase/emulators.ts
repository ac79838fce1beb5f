import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePorts } from "../ports.ts";
import type { Exit, RunningProcess } from "../processes.ts";
import { READY, START_TIMEOUT_MS, startCli } from "./firebase-cli.ts";
import { provideFirestoreJar } from "./firestore-jar.ts";
import {
  type EmulatorPorts,
  PORT_NAMES,
  type StagedProject,
  stageProject,
  stageVariables,
} from "./staged-project.ts";

/** How to start the Firebase emulators. */
export interface FirebaseEmulatorsOptions {
  /** Starts with `demo-`: firebase-tools never touches the cloud for such a project. */
  projectId: string;
  /** The folder with `firebase.json`, the rules and indexes, built `functions/` and `node_modules`. */
  rootDir: string;
  /** The variables of the functions: every `define…` param needs a value here. */
  functionsEnv: Readonly<Record<string, string>>;
  /**
   * Secrets of the functions, and variables that must win over what the emulators set themselves,
   * such as `CLOUD_TASKS_EMULATOR_HOST`.
   */
  functionsSecrets?: Readonly<Record<string, string>>;
  env: NodeJS.ProcessEnv;
  logDir: string;
  /** Ports that must be these; those not named, or all with `"free"`, are ones that are free. */
  ports?: Partial<EmulatorPorts> | "free";
  notify?: (sentence: string) => void;
}

/** Running Firebase emulators. */
export interface FirebaseEmulators {
  /** `host:port`, as `FIRESTORE_EMULATOR_HOST` wants it. */
  firestoreHost: string;
  functionsUrl: string;
  hubPort: number;
  /** Resolves when firebase-tools has ended, also when it fell over. */
  exited: Promise<Exit>;
  /** Deploys the functions anew with other variables; those that are at work end first. */
  redeploy(functionsEnv: Readonly<Record<string, string>>): Promise<void>;
  /** Ends every process of the run and removes its folder. */
  stop(): Promise<void>;
}

/** What a run is made of, once its folder, ports and Firestore jar are there. */
interface Run extends StagedProject {
  jar: string;
  options: FirebaseEmulatorsOptions;
}

/** What firebase-tools prints when it goes on without the functions, or waits for an answer. */
const FAILED = /Failed to load function definition|^\? .+:|^Error: |could not start/;
const LOADED = /Loaded functions definitions/;
const OUTCOME = new RegExp(`${READY.source}|${FAILED.source}`);
const RELOADED = new RegExp(`${LOADED.source}|${FAILED.source}`);

/**
 * Starts firebase-tools' own functions and Firestore emulators on the built functions of `rootDir`.
 * Rejects, with nothing left running, when they or the functions cannot be loaded.
 */
export async function startFirebaseEmulators(
  options: FirebaseEmulatorsOptions,
): Promise<FirebaseEmulators> {
  await using parts = new AsyncDisposableStack();
  const stageDir = await mkdtemp(join(tmpdir(), "fb-"));
  parts.defer(() => rm(stageDir, { recursive: true, force: true }));
  const run = await prepareRun(stageDir, options);
  const cli = await startRun(run);
  parts.defer(() => cli.stop());
  await waitUntilLoaded(cli).catch((cause) => {
    throw new Error("The Firebase emulators did not start.", { cause });
  });
  const { functions, firestore, hub } = run.ports;
  const started = parts.move();
  return {
    firestoreHost: `127.0.0.1:${firestore}`,
    functionsUrl: `http://127.0.0.1:${functions}`,
    hubPort: hub,
    exited: cli.exited,
    redeploy: async (functionsEnv) => {
      const loaded = cli.waitForNextLine(RELOADED, START_TIMEOUT_MS);
      await stageVariables({ ...run, functionsEnv });
      if (!LOADED.test(await loaded))
        throw new Error(`The functions were not deployed: ${await loaded}`);
    },
    stop: () => started.disposeAsync(),
  };
}

async function prepareRun(stageDir: string, options: FirebaseEmulatorsOptions): Promise<Run> {
  const { env, logDir, ports = "free", notify = () => {} } = options;
  await mkdir(logDir, { recursive: true });
  const run = {
    rootDir: options.rootDir,
    stageDir,
    projectId: options.projectId,
    ports: await choosePorts(ports === "free" ? {} : ports),
    functionsEnv: options.functionsEnv,
    functionsSecrets: options.functionsSecrets ?? {},
    jar: await provideFirestoreJar({ env, workDir: stageDir, notify }),
    options,
  };
  await stageProject(run);
  return run;
}

async function choosePorts(wanted: Partial<EmulatorPorts>): Promise<EmulatorPorts> {
  const free = await freePorts(PORT_NAMES.length);
  const chosen = PORT_NAMES.map((name, index) => [name, wanted[name] ?? free[index]]);
  return Object.fromEntries(chosen) as EmulatorPorts;
}

function startRun({ stageDir, projectId, jar, options }: Run): Promise<RunningProcess> {
  return startCli({
    only: "functions,firestore",
    projectId,
    folder: stageDir,
    env: options.env,
    variables: {
      FIRESTORE_EMULATOR_BINARY_PATH: jar,
      FIREBASE_FUNCTIONS_DISCOVERY_OUTPUT_PATH: stageDir,
    },
    logDir: options.logDir,
    logName: "firebase-emulators.log",
  });
}

async function waitUntilLoaded(cli: RunningProcess): Promise<void> {
  const line = await cli.waitForLine(OUTCOME, START_TIMEOUT_MS);
  if (line.startsWith("?")) {
    throw new Error(`A variable of the functions has no value; firebase-tools asks: ${line}`);
  }
  if (!READY.test(line)) throw new Error(line);
  // Java runs in a group of its own: were firebase-tools to crash, nothing else would lead to it.
  await cli.noteDescendants();
}
