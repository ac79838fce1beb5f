/** The rules of one service, as far as they are ours. */
export interface Ruleset {
  /** Such as `cloud.firestore`. */
  service: string;
  /** What everything of ours is matched below. */
  root: string;
  /** Statements without indentation; each works beside any that are not ours. */
  statements: string;
}

/** A rules file with our block in it, or why it could not be put there, as a sentence. */
export type Merged = { ok: true; text: string } | { ok: false; problem: string };

const BEGIN = "// meeting-bot:begin";
const END = "// meeting-bot:end";

/** A whole file for who has no rules yet: what it does not allow is refused. */
export function renderFile(ruleset: Ruleset): string {
  const { service, root } = ruleset;
  return `rules_version = '2';

service ${service} {
  match ${root} {
${renderBlock(ruleset)}
  }
}
`;
}

/** Puts the block into somebody's rules: over the one that is there, or at the beginning of its place. */
export function mergeInto(text: string, ruleset: Ruleset): Merged {
  if (!/\brules_version\s*=\s*(['"])2\1/.test(withoutComments(text))) {
    return refuse("does not begin with rules_version = '2';, which the block needs");
  }
  const [begins, ends] = [findLines(text, BEGIN), findLines(text, END)];
  const [[begin], [end]] = [begins, ends];
  if (!begin && !end) return insert(text, ruleset);
  const isPair = begins.length === 1 && ends.length === 1;
  if (!begin || !end || !isPair || begin.index > end.index) {
    return refuse(`must have one line ${BEGIN} and below it one line ${END}, or neither`);
  }
  const after = text.slice(end.index + end[0].length);
  return { ok: true, text: text.slice(0, begin.index) + renderBlock(ruleset) + after };
}

/**
 * What else in the file may allow something in collections of ours: statements for any collection.
 * Rules add up: no block can forbid what another rule allows.
 */
export function findSweepingMatches(text: string): string[] {
  const statement =
    /\bmatch\s+((?:\/\{\w+\})*\/\{\w+=\*\*\})\s*\{(?!\s*allow\s+read\s*,\s*write\s*:\s*if\s+false\s*;\s*\})/g;
  return [...withoutComments(text).matchAll(statement)].map(([, path]) => `match ${path}`);
}

function findLines(text: string, marker: string): RegExpExecArray[] {
  return [...text.matchAll(new RegExp(`^[ \\t]*${marker}\\b.*$`, "gm"))];
}

function insert(text: string, ruleset: Ruleset): Merged {
  const place = new RegExp(`\\bmatch\\s+${escapeRegExp(ruleset.root)}\\s*\\{`, "g");
  const found = [...withoutComments(text).matchAll(place)];
  const [body] = found;
  if (!body || found.length > 1) {
    const times = found.length === 0 ? "nowhere" : `${found.length} times`;
    return refuse(`says ${times} match ${ruleset.root} {, which the block goes below`);
  }
  const start = body.index + body[0].length;
  const [before, after] = [text.slice(0, start), text.slice(start)];
  // What stands behind the brace would become part of the block's last line, which is a comment.
  const separator = after.startsWith("\n") ? "" : "\n";
  return { ok: true, text: `${before}\n${renderBlock(ruleset)}${separator}${after}` };
}

function renderBlock({ statements }: Ruleset): string {
  const lines = [`${BEGIN} (written by npm run rules)`, ...statements.trim().split("\n"), END];
  return lines.map((line) => (line === "" ? "" : `    ${line}`)).join("\n");
}

/** The same text with blanks for comments, so that every index stays; what is quoted is no comment. */
function withoutComments(text: string): string {
  const quotedOrComment = /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|\/\/.*|\/\*[\s\S]*?\*\//g;
  return text.replace(quotedOrComment, (found) =>
    found.startsWith("/") ? found.replace(/[^\n]/g, " ") : found,
  );
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}

function refuse(problem: string): Merged {
  return { ok: false, problem };
}
