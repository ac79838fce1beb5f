import { parseArgs } from "node:util";
import { type EndpointRequest, WEBHOOK_EVENTS, type WebhookEventType } from "@meeting-bot/core";

/** Whose endpoints a task is about: null for everybody who names no organisation. */
interface Whose {
  project: string | undefined;
  organizationId: string | null;
}

/** What the command line asks for. */
export type Task = Whose &
  (
    | { command: "add"; request: EndpointRequest }
    | { command: "list" }
    | { command: "remove" | "enable" | "secret"; endpointId: string }
  );

type Command = Task["command"];

/** By command, what it is called with besides the project and the organisation: the words after it, and options. */
const COMMANDS: Readonly<Record<Command, (words: string[], values: Values) => object>> = {
  add: (words, { url, events = "", "signed-urls": signedUrls }) => {
    endHere(words);
    if (!url) throw new Error("--url is missing.");
    return { request: { url, events: parseEvents(events), signedUrls } };
  },
  list: (words) => {
    endHere(words);
    return {};
  },
  remove: readEndpoint,
  enable: readEndpoint,
  secret: readEndpoint,
};

const OPTIONS = {
  project: { type: "string" },
  organization: { type: "string" },
  url: { type: "string" },
  events: { type: "string" },
  "signed-urls": { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

type Values = ReturnType<typeof parse>["values"];

/** Reads the command line; undefined when it asks for help. Throws an error in the user's words. */
export function parseTask(args: string[]): Task | undefined {
  const { values, positionals } = parse(args);
  if (values.help) return undefined;
  const [command = "", ...words] = positionals;
  if (!isCommand(command)) {
    const known = Object.keys(COMMANDS).join(", ");
    throw new Error(`"${command}" is none of ${known}; --help explains.`);
  }
  const { project, organization: organizationId = null } = values;
  return { command, project, organizationId, ...COMMANDS[command](words, values) } as Task;
}

function parse(args: string[]) {
  return parseArgs({ args, options: OPTIONS, allowPositionals: true });
}

function isCommand(word: string): word is Command {
  return Object.hasOwn(COMMANDS, word);
}

function readEndpoint([endpointId, ...others]: string[]): { endpointId: string } {
  if (!endpointId) throw new Error("The endpoint's id (we_…) is missing.");
  endHere(others);
  return { endpointId };
}

function endHere([word]: string[]): void {
  if (word !== undefined) throw new Error(`"${word}" is one word too many.`);
}

function parseEvents(words: string): WebhookEventType[] {
  const known = WEBHOOK_EVENTS.join(", ");
  return words.split(",").map((word) => {
    const type = WEBHOOK_EVENTS.find((event) => event === word.trim());
    if (type) return type;
    throw new Error(`--events has "${word}", but must be some of ${known}, separated by commas.`);
  });
}
