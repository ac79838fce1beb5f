import { list, pattern, type Setting } from "@meeting-bot/core";

/** What the functions must know to run bots as processes of their own machine. */
export const localSettings = {
  runsDir: pattern("LOCAL_RUNS_DIR", {
    description:
      "The folder in which each execution gets its own, with its logs and its disk; made when it is missing.",
    form: /^\//,
    allowed: "an absolute path",
  }),
  managerCommand: command("LOCAL_MANAGER_COMMAND", {
    description: "The command that is run as the manager.",
  }),
  botCommand: command("LOCAL_BOT_COMMAND", {
    description:
      "The command that is run as the bot. Variables of its own go before it, with `env`; it must heed `STOP_FILE`, as `deploy/meeting-bot/entrypoint.sh` does.",
  }),
  handedOn: list("LOCAL_ENVIRONMENT", {
    description:
      "The names of further variables of the functions' environment that the manager gets; nothing else of it but the way to emulators and credentials is handed on.",
    fallback: [],
  }),
  supervisor: pattern("LOCAL_SUPERVISOR", {
    description:
      "The script that minds an execution; empty for the one that is built with the functions.",
    fallback: "",
    form: /^\//,
    allowed: "an absolute path",
  }),
};

/**
 * A program with its arguments, as JSON: without a shell there is nobody to ask what quotes and
 * spaces mean, and a JSON array leaves nothing to ask. Every process has a folder of its own, so a
 * program is told by an absolute path or found on the PATH.
 */
function command(name: string, options: { description: string }): Setting<readonly string[]> {
  return {
    ...options,
    name,
    allowed: `a JSON array such as ["node", "/path/to/main.js"]: a program on the PATH or by its absolute path, and its arguments`,
    parse: (value) => {
      const words = parseJson(value);
      return isCommand(words) ? words : undefined;
    },
  };
}

function isCommand(words: unknown): words is string[] {
  if (!Array.isArray(words) || !words.every((word) => typeof word === "string")) return false;
  return /^(?:\/.|[^/]+$)/.test(words[0] ?? "");
}

function parseJson(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}
