import { parseArgs } from "node:util";
import { isDocumentId } from "@meeting-bot/core";
import { createKey, type KeyServices, listKeys, revokeKey, rotateKey } from "./commands.ts";

/** What the command line asks for. */
export interface Task {
  project: string | undefined;
  /** Does it; the text to print. Throws an error in the user's words. */
  run(services: KeyServices): Promise<string>;
}

const OPTIONS = {
  project: { type: "string" },
  organization: { type: "string" },
  name: { type: "string" },
  key: { type: "string" },
  overlap: { type: "string", default: "24" },
  help: { type: "boolean", default: false },
} as const;

type Values = ReturnType<typeof parse>["values"];
/** What each command does with its options; throws an error in the user's words. */
const COMMANDS: Readonly<Record<string, (values: Values) => Task["run"]>> = {
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

/** Reads the command line; undefined when it asks for help. Throws an error in the user's words. */
export function parseTask(args: string[]): Task | undefined {
  const { values, positionals } = parse(args);
  if (values.help) return undefined;
  const [name = "", ...more] = positionals;
  const read = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!read || more.length > 0) {
    throw new Error(`Say one of ${Object.keys(COMMANDS).join(", ")}; --help explains.`);
  }
  return { project: values.project, run: read(values) };
}

function parse(args: string[]) {
  return parseArgs({ args, options: OPTIONS, allowPositionals: true });
}

function need(values: Values, name: "organization" | "name" | "key"): string {
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
