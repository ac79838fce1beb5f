/**
 * `npm run api-keys`: makes, lists, replaces and revokes the keys by which programs use the API.
 *
 * Exit codes: 0 done; 1 it could not be done; 2 it was called in a wrong way.
 */
import { randomBytes } from "node:crypto";
import { userInfo } from "node:os";
import { parseArgs } from "node:util";
import { Firestore } from "@google-cloud/firestore";
import { isDocumentId } from "@meeting-bot/core";
import { FirestoreApiKeys } from "../functions/src/api/firestore/firestore-api-keys.ts";
import { readConfig } from "../functions/src/config.ts";
import {
  createKey,
  type KeyServices,
  listKeys,
  revokeKey,
  rotateKey,
} from "./api-keys/commands.ts";
import { readFunctionsEnvironment } from "./functions-environment.ts";

const HELP = `Usage: npm run api-keys -- COMMAND --project PROJECT …

  create --organization ID --name NAME  makes a key for an organisation, and prints it this once
  list --organization ID                prints an organisation's keys: id, state, making, name
  rotate --key ID [--overlap HOURS]     makes another key like it, and prints it this once; the old
                                        one is good for so many hours still, 24 by default
  revoke --key ID                       has a key be good no more, at once

  --project PROJECT  whose functions/.env.PROJECT says which database the keys are in
  --key ID           what is between the underscores of mbk_ID_…

It acts with the application default credentials (\`gcloud auth application-default login\`), or on
the emulator at FIRESTORE_EMULATOR_HOST. Only a hash of a key is kept: one that is lost is rotated.
`;

const OPTIONS = {
  project: { type: "string" },
  organization: { type: "string" },
  name: { type: "string" },
  key: { type: "string" },
  overlap: { type: "string", default: "24" },
  help: { type: "boolean", default: false },
} as const;

type Values = ReturnType<typeof parse>["values"];
type Command = (services: KeyServices) => Promise<string>;

/** What each command does with its options; throws an error in the user's words. */
const COMMANDS: Readonly<Record<string, (values: Values) => Command>> = {
  create: (values) => {
    const asked = { organizationId: need(values, "organization"), name: need(values, "name") };
    return (services) => createKey(services, asked);
  },
  list: (values) => {
    const organizationId = need(values, "organization");
    return (services) => listKeys(services, organizationId);
  },
  rotate: (values) => {
    const key = need(values, "key");
    const hours = readHours(values.overlap);
    return (services) => rotateKey(services, key, hours);
  },
  revoke: (values) => {
    const key = need(values, "key");
    return (services) => revokeKey(services, key);
  },
};

process.exitCode = await main(process.argv.slice(2));

async function main(args: string[]): Promise<number> {
  let task: { project: string; command: Command } | undefined;
  try {
    task = readTask(args);
  } catch (error) {
    return complain(error, 2);
  }
  if (!task) {
    process.stdout.write(HELP);
    return 0;
  }
  try {
    process.stdout.write(await run(task.project, task.command));
    return 0;
  } catch (error) {
    return complain(error, 1);
  }
}

/** What the command line asks for; nothing for help. */
function readTask(args: string[]): { project: string; command: Command } | undefined {
  const { values, positionals } = parse(args);
  if (values.help) return undefined;
  const [name = "", ...more] = positionals;
  const prepare = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!prepare || more.length > 0) {
    throw new Error(`Say one of ${Object.keys(COMMANDS).join(", ")}; --help explains.`);
  }
  return { project: need(values, "project"), command: prepare(values) };
}

function parse(args: string[]) {
  return parseArgs({ args, options: OPTIONS, allowPositionals: true });
}

async function run(project: string, command: Command): Promise<string> {
  const config = readConfig(readFunctionsEnvironment(process.cwd(), project));
  const firestore = new Firestore({ projectId: config.projectId, databaseId: config.database });
  try {
    return await command({
      keys: new FirestoreApiKeys(firestore),
      random: randomBytes,
      now: Date.now,
      operator: userInfo().username,
    });
  } finally {
    await firestore.terminate();
  }
}

function need(values: Values, name: "project" | "organization" | "name" | "key"): string {
  const value = values[name];
  if (!value) throw new Error(`--${name} is missing; --help explains.`);
  // An organisation may be part of a path, and a key's id is one.
  if ((name === "organization" || name === "key") && !isDocumentId(value)) {
    throw new Error(`--${name} cannot be "${value}": no document can have such an id.`);
  }
  return value;
}

function readHours(text: string): number {
  const hours = Number(text);
  if (text.trim() !== "" && hours >= 0 && Number.isFinite(hours)) return hours;
  throw new Error(`--overlap must be a number of hours, but is "${text}".`);
}

function complain(error: unknown, code: number): number {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  return code;
}
