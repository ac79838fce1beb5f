import { type EndReason, type Failure, failure } from "@meeting-bot/core";

/** A log callback, as far as it tells an outcome. */
export interface LogEvidence {
  category: string;
  subCategory: string;
}

/** All that is known about a job of the bot. */
export interface Evidence {
  /** One list for each status callback, in order: an attempt of the bot's own each. */
  statuses: readonly (readonly string[])[];
  logs: readonly LogEvidence[];
  /** The bot's last answer. */
  busy: boolean;
  /** False once it has failed to answer too often. */
  reachable: boolean;
  /** Whether it has had all the time that it gets. */
  expired: boolean;
  /** Nobody listened for a while: its last word may have been said then. */
  mayBeUnheard: boolean;
  /**
   * The recording, unless there is none or it is empty; `settled`: it has stopped growing; `stalled`:
   * it has not grown for so long, without a word why, that the bot must be hanging.
   */
  file: { settled: boolean; stalled: boolean } | undefined;
}

/** Why some of a meeting is missing; `interrupted` when it may still be on without the bot. */
export interface Shortfall {
  reason: string;
  interrupted: boolean;
  /** Why the recording ended, unless another bot goes on with it. */
  endReason: EndReason;
}

/** How a job has ended. `recorded`: there is a recording, of which something may be missing. */
export type Outcome =
  | { kind: "recorded"; missing?: Shortfall }
  | { kind: "failed"; failure: Failure };

/** Judges a job by the evidence; `undecided` while it may still go either way. */
export function judge(evidence: Evidence): Outcome | { kind: "undecided" } {
  if (!isOver(evidence)) return { kind: "undecided" };
  if (!evidence.file || wasRefused(evidence)) return { kind: "failed", failure: explain(evidence) };
  // Time is up whether it grows or not: whoever asked ends the bot.
  if (!evidence.file.settled && !evidence.expired) return { kind: "undecided" };
  const missing = missingPart(evidence);
  return { kind: "recorded", ...(missing && { missing }) };
}

/**
 * `failed` is no end while the bot is busy: it may be about to try again. `finished` is one at once;
 * what the bot does afterwards is its own upload.
 */
function isOver({ statuses, busy, reachable, expired, file }: Evidence): boolean {
  const hasFinished = statuses.at(-1)?.at(-1) === "finished";
  return expired || !reachable || !busy || hasFinished || file?.stalled === true;
}

/** Refused at the door: what a recorder may have caught there is no meeting. */
function wasRefused({ statuses, logs }: Evidence): boolean {
  return logs.some(isRefusal) && !statuses.some(hasJoined);
}

/** Why some of the meeting is missing, as far as that can be known. */
function missingPart(evidence: Evidence): Shortfall | undefined {
  const { statuses, busy, reachable, expired, mayBeUnheard } = evidence;
  const last = statuses.at(-1);
  const interruptedBy = (reason: string): Shortfall => ({
    reason,
    interrupted: true,
    endReason: "bot-lost",
  });
  const endedBy = (endReason: EndReason, reason: string): Shortfall => ({
    reason,
    interrupted: false,
    endReason,
  });
  if (expired) {
    return endedBy("time-limit", "The time for the recording was up before the meeting ended.");
  }
  if (!reachable) {
    return interruptedBy("The meeting bot stopped answering during the recording.");
  }
  if (busy && last?.at(-1) !== "finished") {
    return interruptedBy("The meeting bot stopped recording without saying why.");
  }
  if (!last) {
    const reason = "The meeting bot ended without saying why.";
    return mayBeUnheard ? endedBy("ended", reason) : interruptedBy(reason);
  }
  if (!hasJoined(last)) {
    return endedBy("bot-lost", "The meeting bot did not get back into the meeting.");
  }
  const rejoined = statuses.filter(hasJoined).length > 1;
  return rejoined ? endedBy("ended", "The meeting bot had to join the meeting again.") : undefined;
}

const REFUSALS: Readonly<Record<string, () => Failure>> = {
  "WaitingAtLobby/UserDeniedRequest": () =>
    failure("NOT_ADMITTED", "join", "Somebody in the meeting declined to let the bot in."),
  "WaitingAtLobby/Timeout": () =>
    failure(
      "LOBBY_TIMEOUT",
      "join",
      "Nobody let the bot in while it waited in the lobby. Admit it when it asks to join.",
    ),
  "UnsupportedMeeting/RequiresSignIn": () =>
    failure(
      "SIGN_IN_REQUIRED",
      "join",
      "The meeting only lets signed-in people in, which the bot is not. Allow guests in the meeting's settings.",
    ),
};

function isRefusal({ category, subCategory }: LogEvidence): boolean {
  return Object.hasOwn(REFUSALS, `${category}/${subCategory}`);
}

function hasJoined(statuses: readonly string[]): boolean {
  return statuses.includes("joined");
}

/** Says why there is no recording. */
function explain(evidence: Evidence): Failure {
  const { statuses, logs, reachable, expired } = evidence;
  const refusal = logs.findLast(isRefusal);
  if (refusal && !statuses.some(hasJoined)) {
    return REFUSALS[`${refusal.category}/${refusal.subCategory}`]?.() ?? endedSilently();
  }
  const last = statuses.at(-1);
  if (last && (hasJoined(last) || last.includes("finished"))) {
    return failure(
      "NO_RECORDING",
      "recording",
      "The bot was in the meeting, but left no recording.",
    );
  }
  if (expired) return failure("TIMED_OUT", "join", "The bot did not get into the meeting in time.");
  if (!reachable) return failure("BOT_CRASHED", "join", "The meeting bot stopped answering.");
  return last ? explainFailure(statuses) : endedSilently();
}

/** The bot tries again after unknown errors only; one attempt alone means that it was turned away. */
function explainFailure(statuses: Evidence["statuses"]): Failure {
  return statuses.length === 1
    ? failure("NOT_ADMITTED", "join", "The bot was not let into the meeting.")
    : failure(
        "BOT_CRASHED",
        "join",
        `The bot failed to join the meeting ${statuses.length} times.`,
      );
}

function endedSilently(): Failure {
  return failure("BOT_CRASHED", "join", "The meeting bot ended without saying why.");
}
