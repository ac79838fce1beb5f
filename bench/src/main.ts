import { WrongOption } from "./options.ts";
import { BENCHMARKS } from "./registry.ts";

const HELP = `Usage: npm run bench -- NAME [--json] [options]

${Object.entries(BENCHMARKS).map(describe).join("\n")}

Exit codes: 0 within its bounds; 1 not; 2 called in a wrong way.
`;

const [name = "--help", ...args] = process.argv.slice(2);
const benchmark = BENCHMARKS[name];
if (name === "--help" || args.includes("--help")) process.stdout.write(HELP);
else if (benchmark) process.exitCode = await benchmark.run(args).then(toExitCode, explain);
else process.exitCode = complain(`There is no benchmark "${name}".`);

function describe([known, { about, options }]: [string, (typeof BENCHMARKS)[string]]): string {
  return `  ${`${known} ${options}`.trim().padEnd(32)} ${about}`;
}

function toExitCode(ok: boolean): number {
  return ok ? 0 : 1;
}

function explain(error: unknown): number {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const isMisuse = error instanceof WrongOption || code.startsWith("ERR_PARSE_ARGS");
  if (isMisuse) return complain((error as Error).message);
  throw error;
}

function complain(sentence: string): number {
  process.stderr.write(`${sentence}\n\n${HELP}`);
  return 2;
}
