import { BENCHMARKS, type Benchmark } from "./registry.ts";

const [name = "--help", ...args] = process.argv.slice(2);
const benchmark: Benchmark | undefined = BENCHMARKS[name];

if (benchmark) {
  process.exitCode = (await benchmark.run(args)) ? 0 : 1;
} else {
  const lines = Object.entries(BENCHMARKS).map(
    ([known, { about }]) => `  ${known.padEnd(10)} ${about}`,
  );
  const help = `Usage: npm run bench -- NAME [--json] [options]\n\n${lines.join("\n")}\n`;
  const isHelp = name === "--help";
  (isHelp ? process.stdout : process.stderr).write(
    isHelp ? help : `No benchmark "${name}".\n${help}`,
  );
  process.exitCode = isHelp ? 0 : 2;
}
