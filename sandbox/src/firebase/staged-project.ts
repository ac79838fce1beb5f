import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { formatDotenv } from "./dotenv.ts";
import { configHome } from "./firebase-cli.ts";

/** The emulators of one run that need a port; the last four come along with the others, wanted or not. */
export const PORT_NAMES = [
  "functions",
  "firestore",
  "hub",
  "eventarc",
  "tasks",
  "logging",
  "websocket",
] as const;

/** The ports of one run. */
export type EmulatorPorts = Record<(typeof PORT_NAMES)[number], number>;

/** What a staged project consists of. */
export interface StagedProject {
  /** The project itself: `firebase.json`, rules, indexes, `functions/`, `node_modules`. */
  rootDir: string;
  /** An empty folder for the staged copy. */
  stageDir: string;
  projectId: string;
  ports: EmulatorPorts;
  /** The variables of the functions, as a deployment's dotenv file holds them. */
  functionsEnv: Readonly<Record<string, string>>;
  /** Secrets of the functions, and variables that must win over those the emulators set. */
  functionsSecrets: Readonly<Record<string, string>>;
}

const LINKED = [
  "firestore.rules",
  "firestore.indexes.json",
  "node_modules",
  join("functions", "package.json"),
  join("functions", "lib"),
];

/**
 * Lays a Firebase project out in `stageDir`: everything is a link to the real thing but the ports and
 * the functions' variables, so that several runs live side by side with the deployed code unchanged.
 */
export async function stageProject(project: StagedProject): Promise<void> {
  const { rootDir, stageDir } = project;
  const functionsDir = join(stageDir, "functions");
  await mkdir(functionsDir, { recursive: true });
  await Promise.all(LINKED.map((path) => symlink(join(rootDir, path), join(stageDir, path))));
  const config = JSON.parse(await readFile(join(rootDir, "firebase.json"), "utf8"));
  await writeJson(join(stageDir, "firebase.json"), stagedConfig(config, project.ports));
  await stageVariables(project);
  await writeFile(join(functionsDir, ".secret.local"), formatDotenv(project.functionsSecrets));
  await writeCliSettings(configHome(stageDir));
}

/** The functions emulator loads the functions anew when this changes: of names with a dot it hears nothing. */
const DEPLOYED_FILE = "deployed-at.txt";

/** Writes the functions' variables; where the emulator runs already, it loads the functions anew. */
export async function stageVariables({
  stageDir,
  projectId,
  functionsEnv,
}: Pick<StagedProject, "stageDir" | "projectId" | "functionsEnv">): Promise<void> {
  const functionsDir = join(stageDir, "functions");
  await writeFile(join(functionsDir, `.env.${projectId}`), formatDotenv(functionsEnv));
  await writeFile(join(functionsDir, DEPLOYED_FILE), `${new Date().toISOString()}\n`);
}

/** A `firebase.json` with its emulators on the given ports and nothing else changed. */
export function stagedConfig(config: object, ports: EmulatorPorts): object {
  const at = (port: number) => ({ host: "127.0.0.1", port });
  return {
    ...config,
    emulators: {
      singleProjectMode: true,
      functions: at(ports.functions),
      firestore: { ...at(ports.firestore), websocketPort: ports.websocket },
      hub: at(ports.hub),
      eventarc: at(ports.eventarc),
      tasks: at(ports.tasks),
      logging: at(ports.logging),
      ui: { enabled: false },
    },
  };
}

/**
 * firebase-tools' settings for one run: no account, no usage statistics, and a message of the day
 * that counts as fetched, since without one it asks the network at every start.
 */
export async function writeCliSettings(folder: string): Promise<void> {
  await mkdir(join(folder, "configstore"), { recursive: true });
  const settings = { usage: false, motd: { fetched: Date.now() } };
  await writeJson(join(folder, "configstore", "firebase-tools.json"), settings);
}

async function writeJson(path: string, value: object): Promise<void> {
  await writeFile(path, `${JSON.stringify(value, null, 2)}\n`);
}
