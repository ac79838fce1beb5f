import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import type { BotIds, Events } from "./events.ts";

/** The states that accumulate in a status callback. */
export type BotStatus = "processing" | "joined" | "finished" | "failed";

/** What a log callback says besides who it is about. */
export interface LogEntry {
  level: "error";
  message: string;
  category: "WaitingAtLobby" | "UnsupportedMeeting";
  subCategory: "UserDeniedRequest" | "Timeout" | "RequiresSignIn";
}

/** The bot's two ways of telling how it fares. Neither ever throws. */
export interface Callbacks {
  status(states: BotStatus[]): Promise<void>;
  log(entry: LogEntry): Promise<void>;
}

/** Callbacks that are never sent. */
export const silentCallbacks: Callbacks = { status: async () => {}, log: async () => {} };

/** Callbacks to the backend at `baseUrl`; like the real bot's they wait for an answer for ever. */
export function createCallbacks(
  baseUrl: string,
  bearerToken: string,
  bot: BotIds,
  events: Events,
): Callbacks {
  const send = async (route: "status" | "log", content: object) => {
    const body = { eventId: bot.eventId, botId: bot.botId, provider: bot.provider, ...content };
    try {
      await patch(`${baseUrl}/meeting/app/bot/${route}`, bearerToken, body);
      events.callbackSent(bot, { route, ...content });
    } catch (error) {
      events.callbackFailed(bot, { route, ...content }, String(error));
    }
  };
  return {
    status: (states) => send("status", { status: states }),
    log: (entry) => send("log", entry),
  };
}

async function patch(url: string, bearerToken: string, body: object): Promise<void> {
  const call = request(url, {
    method: "PATCH",
    agent: false,
    headers: { authorization: `Bearer ${bearerToken}`, "content-type": "application/json" },
  });
  call.end(JSON.stringify(body));
  const [response]: IncomingMessage[] = await once(call, "response");
  if (response) await text(response);
  const status = response?.statusCode ?? 0;
  if (status < 200 || status > 299) throw new Error(`Answered with status ${status}`);
}
