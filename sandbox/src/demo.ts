import { join } from "node:path";
import { Timestamp } from "@google-cloud/firestore";
import { fetchOutputs } from "./demo/fetch-outputs.ts";
import { followMeeting } from "./demo/follow.ts";
import { type DemoOptions, readCommandLine } from "./demo/options.ts";
import { type ProgressView, progressView } from "./demo/progress.ts";
import { type DemoResult, describeResult, isVerified, toJson } from "./demo/report.ts";
import { findFfprobe } from "./ffprobe.ts";
import { untilInterrupted } from "./interrupt.ts";
import { ROOT } from "./root.ts";
import { type Sandbox, startSandbox } from "./sandbox.ts";

const EXIT = { verified: 0, failed: 1, unusable: 2, interrupted: 130 };
const SWEEP_SECONDS = 5;

const commandLine = readCommandLine(process.argv.slice(2));
if (commandLine.kind === "run") {
  process.exitCode = await demo(commandLine.options);
} else {
  const isHelp = commandLine.kind === "help";
  (isHelp ? process.stdout : process.stderr).write(`${commandLine.message}\n`);
  process.exitCode = isHelp ? 0 : EXIT.unusable;
}

/** Runs the demo and says how it went. With `--json` only the last line of standard output is for programs. */
async function demo(options: DemoOptions): Promise<number> {
  const view = progressView(options.json ? process.stderr : process.stdout);
  const interrupted = untilInterrupted();
  const logDir = join(ROOT, ".sandbox", "logs");
  try {
    await using stack = new AsyncDisposableStack();
    const sandbox = await startSandbox({
      env: process.env,
      logDir,
      launcher: options.launcher,
      storage: options.storage,
      sweepSeconds: SWEEP_SECONDS,
      notify: view.say,
    });
    stack.defer(() => sandbox.stop());
    const result = await record(sandbox, options, view, interrupted.signal);
    process.stdout.write(`${options.json ? toJson(result) : describeResult(result)}\n`);
    if (options.keep) await keepOpen(sandbox, view, interrupted.signal);
    return isVerified(result) ? EXIT.verified : EXIT.failed;
  } catch (error) {
    view.close();
    if (interrupted.signal.aborted) return EXIT.interrupted;
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`The demo could not be run; the logs are in ${logDir}\n${reason}\n`);
    return EXIT.unusable;
  } finally {
    interrupted.stop();
  }
}

async function record(
  sandbox: Sandbox,
  { url }: DemoOptions,
  view: ProgressView,
  signal: AbortSignal,
): Promise<DemoResult> {
  const { firestore, store } = sandbox;
  const meeting = firestore.collection("meetings").doc();
  view.say(`Writing ${meeting.path}: ${url}`);
  const { writeTime } = await meeting.set({
    meeting_url: url,
    status: "scheduled",
    start: Timestamp.now(),
    bot_name: "Demo",
    creator_user_id: "demo-user",
  });
  const instance = await followMeeting(firestore, meeting, view.show, signal);
  view.close();
  const folder = join(ROOT, ".sandbox", "recordings", instance.id);
  const outputs = await fetchOutputs(
    store,
    instance,
    folder,
    findFfprobe(process.env["PATH"] ?? ""),
  );
  return { meetingPath: meeting.path, writtenAt: writeTime.toMillis(), instance, outputs };
}

async function keepOpen(sandbox: Sandbox, view: ProgressView, signal: AbortSignal): Promise<void> {
  view.say(`The sandbox stays open until Ctrl-C. Firestore: ${sandbox.firestoreHost}`);
  await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
}
