import type { WriteStream } from "node:tty";
import type { BotInstance } from "@meeting-bot/core";

/** Shows how a recording goes on. */
export interface ProgressView {
  /** A sentence that stays. */
  say(sentence: string): void;
  show(instance: BotInstance): void;
  /** Leaves the screen as it should be afterwards. */
  close(): void;
}

/** A line that is rewritten, on a terminal; elsewhere a plain log with a line for every new phase. */
export function progressView(out: WriteStream | NodeJS.WriteStream): ProgressView {
  return out.isTTY ? rewritingView(out) : loggingView(out);
}

function rewritingView(out: NodeJS.WriteStream): ProgressView {
  const clear = () => out.write("\r\x1b[K");
  return {
    say(sentence) {
      clear();
      out.write(`${sentence}\n`);
    },
    show(instance) {
      clear();
      out.write(describeProgress(instance).slice(0, out.columns - 1));
    },
    close: () => clear(),
  };
}

/** Where nobody watches, so many recorded seconds are worth a line of their own. */
const LOGGED_SECONDS = 5;

function loggingView(out: NodeJS.WriteStream): ProgressView {
  let last = "";
  return {
    say: (sentence) => out.write(`${sentence}\n`),
    show(instance) {
      const tick = Math.floor((instance.progress?.secondsRecorded ?? 0) / LOGGED_SECONDS);
      const key = `${instance.status} ${instance.phase} ${instance.attempt} ${tick}`;
      if (key === last) return;
      last = key;
      out.write(`${describeProgress(instance)}\n`);
    },
    close() {},
  };
}

/** One line that says where a recording is. */
export function describeProgress({ status, phase, progress, attempt }: BotInstance): string {
  const facts: string[] = [phase ?? status];
  if (attempt > 1) facts.push(`attempt ${attempt}`);
  if (progress?.secondsRecorded) facts.push(`${Math.floor(progress.secondsRecorded)} s recorded`);
  if (progress?.fractionConverted) {
    facts.push(`${Math.floor(progress.fractionConverted * 100)} % converted`);
  }
  return facts.join(", ");
}
