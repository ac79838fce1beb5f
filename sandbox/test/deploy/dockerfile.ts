/** One instruction of a Dockerfile, its continued lines joined. */
export interface Step {
  instruction: string;
  rest: string;
}

/** What stands between one FROM and the next. */
export interface Stage {
  /** An image, or an earlier stage. */
  base: string;
  name: string | undefined;
  steps: Step[];
}

/** What a `COPY` says; `from` is an earlier stage. */
export interface Copy {
  from: string | undefined;
  sources: string[];
  target: string;
}

/** Reads a Dockerfile without heredocs and parser directives. */
export function parseDockerfile(text: string): Stage[] {
  const lines = text
    .replaceAll(/^\s*#.*\n/gm, "")
    .replaceAll(/\s*\\\n\s*/g, " ")
    .split("\n")
    .filter((line) => line.trim() !== "");
  const stages: Stage[] = [];
  for (const line of lines) {
    const [, instruction = "", rest = ""] = /^(\S+)\s+(.*)$/.exec(line) ?? [];
    const [, base, name] = /^(\S+)(?: AS (\S+))?$/.exec(rest) ?? [];
    if (instruction === "FROM") stages.push({ base: base ?? "", name, steps: [] });
    else stages.at(-1)?.steps.push({ instruction, rest });
  }
  return stages;
}

/** Reads what follows `COPY`. */
export function parseCopy(rest: string): Copy {
  const words = rest.split(/\s+/);
  const from = words.find((word) => word.startsWith("--from="))?.slice("--from=".length);
  const paths = words.filter((word) => !word.startsWith("--"));
  return { from, sources: paths.slice(0, -1), target: paths.at(-1) ?? "" };
}

/** Whether a `.dockerignore` lets a path into the context: the last pattern that covers it decides. */
export function isSent(ignore: string, path: string): boolean {
  const patterns = ignore.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  const last = patterns.findLast((pattern) => covers(pattern.replace(/^!/, ""), path));
  return last === undefined || last.startsWith("!");
}

/** A pattern covers what lies below it, too; unlike a shell's, its `*` stands for a leading dot as well. */
function covers(pattern: string, path: string): boolean {
  const source = pattern.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", "[^/]*");
  return new RegExp(`^${source}(/|$)`).test(path);
}
