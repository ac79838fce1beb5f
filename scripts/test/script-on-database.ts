import type { SpawnSyncReturns } from "node:child_process";
import type { Firestore } from "@google-cloud/firestore";
import { emulatorAddress, newProjectId, openFirestore } from "../../core/test/support/emulator.ts";
import { projectFolder, runScript } from "./project-folder.ts";

/** A script of `npm run` in the folder of a configured project, whose database is the emulator's. */
export interface ScriptOnDatabase {
  /** A project of each test's own. */
  readonly projectId: string;
  readonly firestore: Firestore;
  /** Runs the script with those arguments, and with variables besides. */
  run(args: string[], variables?: ScriptVariables): Promise<SpawnSyncReturns<string>>;
}

/** What a script finds besides the emulator. */
export interface ScriptVariables {
  /** In the file of the project's variables. */
  settings?: Record<string, string>;
  /** In its environment. */
  env?: Record<string, string>;
}

/** Gives each test of a suite an empty database and the script that is to be run on it. */
export function useScriptOnDatabase(name: string): ScriptOnDatabase {
  let projectId: string;
  let firestore: Firestore;
  beforeEach(() => {
    projectId = newProjectId();
    firestore = openFirestore(projectId);
  });
  afterEach(() => firestore.terminate());

  return {
    get projectId() {
      return projectId;
    },
    get firestore() {
      return firestore;
    },
    async run(args, { settings = {}, env = {} } = {}) {
      const lines = Object.entries({ GCS_BUCKET: "b", ...settings }).map((line) => line.join("="));
      const file = { [`functions/.env.${projectId}`]: `${lines.join("\n")}\n` };
      await using folder = await projectFolder(file);
      const quiet = { METADATA_SERVER_DETECTION: "none" };
      const emulator = { FIRESTORE_EMULATOR_HOST: emulatorAddress() };
      return runScript(name, folder.path, { ...quiet, ...emulator, ...env }, ...args);
    },
  };
}
