import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { setPriority } from "node:os";
import type { Readable } from "node:stream";
import createCommand, { type FfmpegCommand } from "fluent-ffmpeg";

/** One run of ffmpeg. */
export interface FfmpegRun {
  readonly ffmpeg: string;
  /** Bytes to feed to it, or a file's name. */
  readonly input: Readable | string;
  readonly inputOptions: readonly string[];
  /** Everything behind the input; the last argument names the (last) output. */
  readonly outputArguments: readonly string[];
  /** Where ffmpeg runs. Outputs have plain names: tee would split a path at a `|`. */
  readonly workDir: string;
  /** How much it yields to other processes: 0 (not at all) up to 19. */
  readonly niceness?: number;
  /** Called with the seconds of media written so far, at most twice a second. */
  readonly onProgress?: (seconds: number) => void;
  readonly signal?: AbortSignal;
}

/** Whether ffmpeg ended well. That proves nothing about its outputs: look at them. */
export type FfmpegOutcome =
  | { readonly ok: true }
  | { readonly ok: false; readonly message: string };

/**
 * Runs ffmpeg to its end; its process is gone when the promise settles, whatever happened.
 * The input is destroyed when ffmpeg ends first, so that no writer waits for a drain that never
 * comes; an input that is destroyed before its end ends ffmpeg. Rejects only with the signal's
 * reason.
 */
export async function runFfmpeg(run: FfmpegRun): Promise<FfmpegOutcome> {
  const { signal } = run;
  const tail = createTail(run);
  const running = start(toCommand(run).on("stderr", tail.add), run);
  const input = typeof run.input === "string" ? undefined : watchInput(run.input, running.kill);
  signal?.addEventListener("abort", running.kill);
  if (signal?.aborted) running.kill();
  const error = await running.ended;
  signal?.removeEventListener("abort", running.kill);
  input?.release();
  signal?.throwIfAborted();
  return error ? { ok: false, message: tail.explain(input?.fault() ?? error) } : { ok: true };
}

function toCommand({ input, inputOptions, outputArguments, workDir }: FfmpegRun): FfmpegCommand {
  return createCommand(input, { cwd: workDir })
    .inputOptions(...inputOptions)
    .outputOptions(...outputArguments.slice(0, -1))
    .output(outputArguments.at(-1) ?? "");
}

/**
 * Calls `onCutOff` when the input is closed before its end. fluent-ffmpeg notices neither that,
 * nor an error that comes before the process is started.
 */
function watchInput(input: Readable, onCutOff: () => void) {
  let fault: Error | undefined;
  input.on("error", (error) => {
    fault = new Error(`the input failed: ${error.message}`, { cause: error });
  });
  input.once("close", () => {
    if (!input.readableEnded) onCutOff();
  });
  return { fault: () => fault, release: () => input.destroy() };
}

/** The parts of fluent-ffmpeg that it has no option for; its last version is archived. */
interface Internals {
  ffmpegProc?: ChildProcess;
  _getFfmpegPath(callback: (error: null, path: string) => void): void;
  _spawnFfmpeg(args: string[], options: object, ...callbacks: Callback[]): void;
}
type Callback = (...values: unknown[]) => void;

/** fluent-ffmpeg reads the lines of a process that it could not start from nowhere. */
const NO_LINES = { get: () => "" };

/**
 * Makes a command run this ffmpeg as the leader of its own process group: Ctrl-C and a SIGTERM to
 * the manager's group would make it close a valid but short MP4.
 */
function leadOwnGroup(internals: Internals, ffmpeg: string): void {
  const spawn = internals._spawnFfmpeg.bind(internals);
  internals._getFfmpegPath = (callback) => callback(null, ffmpeg);
  internals._spawnFfmpeg = (args, options, ...callbacks) => {
    const onEnd = callbacks.pop();
    spawn(args, { ...options, detached: true }, ...callbacks, (error, out, err) =>
      onEnd?.(error, out ?? NO_LINES, err ?? NO_LINES),
    );
  };
}

/** Starts a command. `ended` resolves, with its error if any, once its process is gone. */
function start(command: FfmpegCommand, { ffmpeg, niceness = 0 }: FfmpegRun) {
  const internals = command as unknown as Internals;
  leadOwnGroup(internals, ffmpeg);
  let child: ChildProcess | undefined;
  let isKilled = false;
  function kill(): void {
    isKilled = true;
    child?.kill("SIGKILL");
  }
  command.once("start", () => {
    child = internals.ffmpegProc;
    if (child?.pid !== undefined && niceness > 0) setPriority(child.pid, niceness);
    if (isKilled) kill();
  });
  const settled = new Promise<Error | undefined>((resolve) => {
    command.once("end", () => resolve(undefined)).once("error", resolve);
  });
  command.run();
  // fluent-ffmpeg reports a failed input before the process has ended.
  const ended = settled.then(async (error) => {
    await killAndWait(child);
    return error;
  });
  return { kill, ended };
}

async function killAndWait(child: ChildProcess | undefined): Promise<void> {
  if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "exit");
}

const TAIL_LINES = 5;
const LONGEST_MESSAGE = 500;
const STATISTICS = /^(?:frame|size)=.*?time=(?:(\d+):(\d+):(\d+(?:\.\d+)?))?/;

/** Sorts ffmpeg's lines: statistics become progress, the last others explain a failure. */
function createTail({ input, onProgress }: FfmpegRun) {
  const lines: string[] = [];

  function add(line: string): void {
    const statistics = STATISTICS.exec(line);
    const [, hours, minutes, seconds] = statistics ?? [];
    if (statistics) {
      // Nothing written yet has no time, or a huge negative one.
      onProgress?.(seconds ? Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds) : 0);
    } else if (line.trim() !== "") {
      lines.push(typeof input === "string" ? line.replaceAll(input, "input") : line);
      if (lines.length > TAIL_LINES) lines.shift();
    }
  }

  function explain({ message }: Error): string {
    // What fluent-ffmpeg appends to the exit code are the same lines, statistics included.
    const summary = /^ffmpeg exited with code \d+/.exec(message)?.[0] ?? message;
    return [summary, ...lines].join(" | ").slice(0, LONGEST_MESSAGE);
  }

  return { add, explain };
}
