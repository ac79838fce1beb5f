import type { Cut } from "./webm/play.ts";

/** The recordings that can be played, by their video codec. */
export type FixtureName = "vp9" | "vp8" | "h264";

/** Why a bot does not get into a meeting. */
export type Refusal = "denied" | "lobby-timeout" | "sign-in" | "error";

/** How an attempt ends that recorded: as the bot should, or in one of its accidents. */
export type Ending = "finished" | "error" | "crash" | "hang";

/** One try of the bot to sit through the meeting. Errors are retried by the next attempt. */
export type Attempt =
  | { outcome: "refused"; refusal: Refusal }
  | { outcome: "recorded"; stopsAfter: "seconds" | "at"; cut: Cut; ending: Ending };

/** Everything that a scenario can decide about one bot. */
export interface Plan {
  fixture: FixtureName;
  attempts: Attempt[];
  /**
   * `teams-upstream`: grows under another name, copied to the documented path at the end. `renamed`:
   * grows under that name until `at`, and goes on growing at the documented path.
   */
  file: "documented" | "teams-upstream" | "renamed" | "none";
  /** What a retry does with the file: it begins a new one under the same name, or empties the old one. */
  retry: "appends" | "replaces" | "restarts";
  /** Whether the duration is written into the head of a finished recording. */
  patchesDuration: boolean;
  backupWav: boolean;
  /** Whether the bot's own uploader is configured and works. */
  uploads: boolean;
  callbacks: boolean;
  /** Whether a join is answered 409. */
  busy: boolean;
  /** How long after the process's start `/health` begins to be answered. */
  healthyAfterSeconds: number;
}

/** What the bot and the meeting do when nothing else is asked for. */
export const ordinaryPlan: Plan = {
  fixture: "vp9",
  attempts: [
    { outcome: "recorded", stopsAfter: "seconds", cut: "between-blocks", ending: "finished" },
  ],
  file: "documented",
  retry: "appends",
  patchesDuration: false,
  backupWav: false,
  uploads: false,
  callbacks: true,
  busy: false,
  healthyAfterSeconds: 0,
};
