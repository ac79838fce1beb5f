import { type ChildProcess, spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { basename, dirname } from "node:path";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { stripVTControlCharacters } from "node:util";
import { descendants, listProcesses } from "./process-tree.ts";

/** What to start, with which environment (nothing is inherited), and the file its output goes to. */
export interface ProcessOptions {
  command: string;
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  logFile: string;
  cwd?: string;
}

/** How a process ended. */
export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

const KEPT_LINES = 50;
const KILLED_WITHIN_MS = 5_000;
/** How long a program's last output may take to arrive after its end, were another to hold its pipe. */
const LAST_OUTPUT_MS = 500;

/**
 * Starts a program in a process group of its own, so that Ctrl-C in a terminal reaches it only through
 * us, with its input closed and its output in `logFile`. Rejects when the program cannot be started.
 */
export async function startProcess(options: ProcessOptions): Promise<RunningProcess> {
  await mkdir(dirname(options.logFile), { recursive: true });
  const child = spawn(options.command, options.args, {
    cwd: options.cwd,
    env: options.env,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const running = new RunningProcess(child, options.logFile);
  await once(child, "spawn");
  return running;
}

/** A started program: its output line by line, its end, and the way to end it with all it started. */
export class RunningProcess {
  readonly pid: number;
  /** Resolves when the program itself has ended, by whatever cause. */
  readonly exited: Promise<Exit>;
  readonly #child: ChildProcess;
  readonly #outputEnded: Promise<unknown>;
  readonly #logFile: string;
  /** `line`: a whole one. `unfinished`: what a line holds so far, such as a question's prompt. */
  readonly #output = new EventEmitter<{ line: [string]; unfinished: [string] }>();
  readonly #lastLines: string[] = [];
  readonly #known = new Set<number>();

  constructor(child: ChildProcess, logFile: string) {
    // A program that could not be started has no pid; `startProcess` never hands such a one out.
    this.pid = child.pid ?? 0;
    this.#child = child;
    this.#logFile = logFile;
    this.exited = new Promise((resolve) => {
      child.once("exit", (code, signal) => resolve({ code, signal }));
    });
    this.#outputEnded = new Promise((resolve) => child.once("close", resolve));
    this.#endWithUs();
    this.#follow();
  }

  /**
   * Resolves with the first line of output that matches, be it unfinished or printed before the call.
   * Rejects with the program's last lines when it ends first, or when `timeoutMs` have passed.
   */
  async waitForLine(pattern: RegExp, timeoutMs: number): Promise<string> {
    const printed = this.#lastLines.find((line) => pattern.test(line));
    return printed ?? this.waitForNextLine(pattern, timeoutMs);
  }

  /** As `waitForLine`, of what is printed after the call only. */
  async waitForNextLine(pattern: RegExp, timeoutMs: number): Promise<string> {
    const over = new AbortController();
    const outcome = await Promise.race([
      this.#nextLine(pattern, over.signal),
      this.#endedAndRead(),
      sleep(timeoutMs, new Error(`was not ready after ${timeoutMs} ms`), { signal: over.signal }),
    ]);
    over.abort();
    if (typeof outcome === "string") return outcome;
    throw new Error(this.#describe(outcome.message));
  }

  /** Notes what the program has started by now, so that `stop` finds it even after a crash. */
  async noteDescendants(): Promise<void> {
    for (const pid of descendants(this.pid, await listProcesses())) this.#known.add(pid);
  }

  /**
   * Asks the program to end (SIGINT), kills after `graceMs` whatever is left of it and of all that it
   * started, and resolves when nothing of it runs. A second call does no harm.
   */
  async stop(graceMs = 10_000): Promise<void> {
    await this.noteDescendants();
    this.#child.kill("SIGINT");
    await Promise.race([this.exited, sleep(graceMs, undefined, { ref: false })]);
    kill(-this.pid);
    for (const survivor of await this.#survivors()) kill(survivor);
    await this.#allGone(Date.now() + KILLED_WITHIN_MS);
  }

  /** Were this process to end without `stop`, the program is still asked to end. */
  #endWithUs(): void {
    const ask = () => this.#child.kill("SIGINT");
    process.once("exit", ask);
    this.#child.once("exit", () => process.off("exit", ask));
  }

  async #endedAndRead(): Promise<Error> {
    const { code, signal } = await this.exited;
    await Promise.race([this.#outputEnded, sleep(LAST_OUTPUT_MS)]);
    return new Error(`ended (${signal ?? `code ${code}`})`);
  }

  async #allGone(deadlineAt: number): Promise<void> {
    const survivors = await this.#survivors();
    if (survivors.length === 0) return;
    if (Date.now() > deadlineAt) throw new Error(`could not end processes ${survivors.join(", ")}`);
    await sleep(20);
    await this.#allGone(deadlineAt);
  }

  async #survivors(): Promise<number[]> {
    const running = new Set((await listProcesses()).map(({ pid }) => pid));
    return [this.pid, ...this.#known].filter((pid) => running.has(pid));
  }

  #follow(): void {
    const log = createWriteStream(this.#logFile, { flags: "a" });
    this.#output.on("line", (line) => {
      log.write(`${line}\n`);
      this.#lastLines.push(line);
      this.#lastLines.splice(0, this.#lastLines.length - KEPT_LINES);
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) this.#emitLines(stream);
    this.#outputEnded.then(() => log.end());
  }

  #emitLines(stream: Readable | null): void {
    let unfinished = "";
    stream?.setEncoding("utf8").on("data", (text: string) => {
      const lines = stripVTControlCharacters(unfinished + text).split("\n");
      unfinished = lines.pop() ?? "";
      for (const line of lines) this.#output.emit("line", line);
      this.#output.emit("unfinished", unfinished);
    });
    stream?.once("end", () => unfinished && this.#output.emit("line", unfinished));
  }

  #nextLine(pattern: RegExp, signal: AbortSignal): Promise<string> {
    return new Promise((resolve) => {
      const check = (line: string) => pattern.test(line) && resolve(line);
      this.#output.on("line", check).on("unfinished", check);
      signal.addEventListener("abort", () => {
        this.#output.off("line", check).off("unfinished", check);
      });
    });
  }

  #describe(what: string): string {
    const name = basename(this.#logFile, ".log");
    const lines = this.#lastLines.slice(-10).join("\n");
    return `${name} ${what}. Its log is ${this.#logFile}; it ends with:\n${lines}`;
  }
}

/** Kills a process, or with a negative number its whole group; one that is gone already is fine. */
function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    // macOS answers EPERM for a group of which only zombies are left.
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ESRCH" && code !== "EPERM") throw error;
  }
}
