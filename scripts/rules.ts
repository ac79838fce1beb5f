/**
 * `npm run rules`: prints the security rules for a configuration, or puts them into rules that are there.
 *
 * Exit codes: 0 done; 1 the file cannot take them; 2 it was called in a wrong way.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { runCommand, type Work } from "./command.ts";
import { projectFile, readFunctionsEnvironment } from "./functions-environment.ts";
import { readRulesConfig } from "./rules/config.ts";
import { firestoreRuleset } from "./rules/firestore-ruleset.ts";
import { findSweepingMatches, mergeInto, type Ruleset, renderFile } from "./rules/marked-block.ts";
import { storageRuleset } from "./rules/storage-ruleset.ts";

const HELP = `Usage: npm run --silent rules -- [--project PROJECT] [--storage] [--into FILE]

Prints firestore.rules for an empty project. With --into it writes our block into rules that you have:
over the one between // meeting-bot:begin and // meeting-bot:end, or, where there is none, at the
beginning of match /databases/{database}/documents. The rest of the file stays as it is.

  --project PROJECT  whose functions/.env.PROJECT says how documents are spelt; without it, the defaults
  --storage          storage.rules instead, for a bucket that clients of Firebase can reach
  --into FILE        the rules that are to have the block
`;

process.exitCode = await runCommand({ help: HELP, prepare });

function prepare(args: string[]): Work | undefined {
  const options = {
    project: { type: "string" },
    storage: { type: "boolean", default: false },
    into: { type: "string" },
    help: { type: "boolean", default: false },
  } as const;
  const { project, storage, into: file, help } = parseArgs({ args, options }).values;
  if (help) return undefined;
  const config = readRulesConfig(project === undefined ? {} : readVariables(project));
  const ruleset = storage ? storageRuleset(config) : firestoreRuleset(config);
  return async () => {
    if (file === undefined) process.stdout.write(renderFile(ruleset));
    else merge(file, ruleset);
  };
}

/** Of a project that has any: rules for one that was mistyped would be those of the defaults. */
function readVariables(project: string): Record<string, string> {
  const { GCLOUD_PROJECT: _, ...variables } = readFunctionsEnvironment(process.cwd(), project);
  if (Object.keys(variables).length > 0) return variables;
  throw new Error(`${project} has no variables: there is no ${projectFile(project)}.`);
}

function merge(file: string, ruleset: Ruleset): void {
  const merged = mergeInto(readFileSync(file, "utf8"), ruleset);
  if (!merged.ok) throw new Error(`${file} ${merged.problem}.`);
  writeFileSync(file, merged.text);
  for (const statement of findSweepingMatches(merged.text)) {
    process.stderr.write(
      `${file}: ${statement} may allow what the block does not: rules add up, so look what it lets at.\n`,
    );
  }
}
