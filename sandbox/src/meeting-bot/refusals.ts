import type { LogEntry } from "./callbacks.ts";
import type { Provider } from "./join-request.ts";
import type { Refusal } from "./plan.ts";

/** How the bot takes it when it does not get in. */
export interface RefusalManners {
  /** Where the bot notices at once; elsewhere only when its wait in the lobby ends. */
  noticedAtOnceBy: readonly Provider[];
  /** The log callback that follows the status callback. */
  log?: LogEntry;
  /** Whether the bot tries again by itself: only what it cannot explain. */
  retried: boolean;
}

const everywhere: readonly Provider[] = ["google", "microsoft", "zoom"];

/** The manners by refusal; only Google Meet's page tells a denial from a silence at once. */
export const refusals: Record<Refusal, RefusalManners> = {
  denied: {
    noticedAtOnceBy: ["google"],
    log: {
      level: "error",
      message: "The bot could not enter the meeting: the request was denied",
      category: "WaitingAtLobby",
      subCategory: "UserDeniedRequest",
    },
    retried: false,
  },
  "lobby-timeout": {
    noticedAtOnceBy: [],
    log: {
      level: "error",
      message: "The bot could not enter the meeting: nobody answered in time",
      category: "WaitingAtLobby",
      subCategory: "Timeout",
    },
    retried: false,
  },
  "sign-in": {
    noticedAtOnceBy: everywhere,
    log: {
      level: "error",
      message: "The bot could not enter the meeting: it requires sign in",
      category: "UnsupportedMeeting",
      subCategory: "RequiresSignIn",
    },
    retried: false,
  },
  error: { noticedAtOnceBy: everywhere, retried: true },
};
