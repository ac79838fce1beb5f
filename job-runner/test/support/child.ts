import { type ChildProcessByStdio, spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

/** A process of a test, its output line by line, and its end. */
export class Child {
  /** Every line of both outputs so far. */
  readonly lines: string[] = [];
  /** Resolves with the exit code once all output has been read; null when a signal ended it. */
  readonly exitCode: Promise<number | null>;
  readonly #process: ChildProcessByStdio<null, Readable, Readable>;
  readonly #output = new EventEmitter();

  /** Starts a program with that environment and nothing inherited. */
  constructor(command: string, args: readonly string[], env: Record<string, string>) {
    this.#process = spawn(command, args, { env, stdio: ["ignore", "pipe", "pipe"] });
    this.exitCode = once(this.#process, "close").then(([code]) => code);
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      createInterface(stream).on("line", (line) => {
        this.lines.push(line);
        this.#output.emit("line");
      });
    }
  }

  /** Resolves with the first line that holds `text`; rejects when the program ends without it. */
  async line(text: string): Promise<string> {
    const over = new AbortController();
    const ended = this.exitCode.then(() => over.abort());
    for (;;) {
      const found = this.lines.find((line) => line.includes(text));
      if (found !== undefined) return found;
      if (over.signal.aborted) throw new Error(`It ended without "${text}":\n${this.text}`);
      await Promise.race([once(this.#output, "line", { signal: over.signal }), ended]).catch(
        () => ended,
      );
    }
  }

  /** All output so far. */
  get text(): string {
    return this.lines.join("\n");
  }

  /** The most memory that it has held so far, in MiB; undefined once it has ended. Linux only. */
  async peakMebibytes(): Promise<number | undefined> {
    const status = await readFile(`/proc/${this.#process.pid}/status`, "utf8").catch(() => "");
    const kibibytes = /VmHWM:\s*(\d+) kB/.exec(status)?.[1];
    return kibibytes === undefined ? undefined : Number(kibibytes) / 1024;
  }

  signal(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }
}
