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
  /** `news`: another line, or the end. */
  readonly #output = new EventEmitter();
  #hasEnded = false;

  /** Starts a program with that environment and nothing inherited. */
  constructor(command: string, args: readonly string[], env: Record<string, string>) {
    this.#process = spawn(command, args, { env, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      createInterface(stream).on("line", (line) => {
        this.lines.push(line);
        this.#output.emit("news");
      });
    }
    this.exitCode = once(this.#process, "close").then(([code]) => {
      this.#hasEnded = true;
      this.#output.emit("news");
      return code;
    });
  }

  /** The process's id. */
  get pid(): number {
    if (this.#process.pid === undefined) throw new Error("The program could not be started.");
    return this.#process.pid;
  }

  /** Resolves with the first line that holds `text`; rejects when the program ends without it. */
  async line(text: string): Promise<string> {
    for (;;) {
      const found = this.lines.find((line) => line.includes(text));
      if (found !== undefined) return found;
      if (this.#hasEnded) throw new Error(`It ended without "${text}":\n${this.text}`);
      await once(this.#output, "news");
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
