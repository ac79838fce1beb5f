import { createRequire } from "node:module";
import { join } from "node:path";
import { type RunningProcess, startProcess } from "../processes.ts";
import { childEnvironment } from "./child-environment.ts";

/** The path of firebase-tools' command, to be run with Node. */
export const FIREBASE_CLI = createRequire(import.meta.url).resolve(
  "firebase-tools/lib/bin/firebase.js",
);

/** What `firebase emulators:start` is to start, and where. */
export interface EmulatorsRun {
  /** The emulators, as `--only` wants them. */
  only: string;
  projectId: string;
  /** Holds `firebase.json`, and takes what firebase-tools writes for itself. */
  folder: string;
  env: NodeJS.ProcessEnv;
  /** Variables besides those that every program gets. */
  variables: Readonly<Record<string, string>>;
  logDir: string;
  logName: string;
}

/** How long the emulators may take to start. */
export const START_TIMEOUT_MS = 90_000;
/** What firebase-tools prints when they have. */
export const READY = /All emulators ready/;

/** Starts firebase-tools, which starts emulators. */
export function startCli(run: EmulatorsRun): Promise<RunningProcess> {
  const { only, projectId, folder, env, variables, logDir, logName } = run;
  const config = join(folder, "firebase.json");
  const command = ["emulators:start", "--only", only, "--project", projectId, "--config", config];
  return startProcess({
    command: process.execPath,
    args: [FIREBASE_CLI, ...command],
    // firebase-tools writes its debug logs to where it is started.
    cwd: logDir,
    env: {
      ...childEnvironment(env),
      XDG_CONFIG_HOME: configHome(folder),
      TMPDIR: folder,
      ...variables,
    },
    logFile: join(logDir, logName),
  });
}

/** The folder, inside a run's own, that firebase-tools keeps its settings in. */
export function configHome(folder: string): string {
  return join(folder, ".config");
}
