import { once } from "node:events";
import { join } from "node:path";
import { untilInterrupted } from "./interrupt.ts";
import { ROOT } from "./root.ts";
import { startSandbox } from "./sandbox.ts";
import { describeSandbox } from "./start/guide.ts";
import { readStartCommandLine, type StartOptions } from "./start/options.ts";

const EXIT_UNUSABLE = 2;
/** Those of `firebase.json`, and the storage emulator's usual one. */
const DOCUMENTED_PORTS = { firestore: 8080, functions: 5001, storage: 9199 };

const commandLine = readStartCommandLine(process.argv.slice(2));
if (commandLine.kind === "run") {
  process.exitCode = await run(commandLine.options);
} else {
  const isHelp = commandLine.kind === "help";
  (isHelp ? process.stdout : process.stderr).write(`${commandLine.message}\n`);
  process.exitCode = isHelp ? 0 : EXIT_UNUSABLE;
}

async function run({ sweepSeconds, freePorts }: StartOptions): Promise<number> {
  const interrupted = untilInterrupted();
  const logDir = join(ROOT, ".sandbox", "logs");
  const say = (sentence: string) => process.stdout.write(`${sentence}\n`);
  try {
    await using stack = new AsyncDisposableStack();
    const sandbox = await startSandbox({
      env: process.env,
      logDir,
      sweepSeconds,
      notify: say,
      ports: freePorts ? {} : DOCUMENTED_PORTS,
    });
    stack.defer(() => sandbox.stop());
    say(describeSandbox(sandbox));
    if (!interrupted.signal.aborted) await once(interrupted.signal, "abort");
    say("Stopping");
    return 0;
  } catch (error) {
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(
      `The sandbox could not be started; the logs are in ${logDir}\n${reason}\n`,
    );
    return EXIT_UNUSABLE;
  } finally {
    interrupted.stop();
  }
}
