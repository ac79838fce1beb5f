import { stat } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { backupWavSink } from "./backup-wav.ts";
import { type Callbacks, createCallbacks, silentCallbacks } from "./callbacks.ts";
import type { SimulatorConfig } from "./config.ts";
import type { BotIds, Events } from "./events.ts";
import type { JoinRequest } from "./join-request.ts";
import type { Meeting } from "./meeting.ts";
import { patchDuration } from "./patch-duration.ts";
import type { Attempt, Ending, Refusal } from "./plan.ts";
import { fileSink, fixturePath, record, renamingSink, type Sink } from "./recorder.ts";
import {
  documentedPath,
  fillDocumentedPath,
  growingPath,
  grownPath,
  type RecordingPlace,
} from "./recording-files.ts";
import { refusals } from "./refusals.ts";
import type { RoomNotes } from "./room-notes.ts";

/** What a job needs of the process that it runs in. */
export interface BotWorld {
  config: SimulatorConfig;
  events: Events;
  /** Ends the process at once. */
  exit(code: number): never;
  /** Notes what the bot does about a room. */
  rooms: RoomNotes;
}

/** How many times faster than the bot's the waits outside a meeting are: a minute is a second. */
const WAIT_SPEED_UP = 60;
/** Loading the page, filling in the name, clicking the button. */
const JOINING_SECONDS = 30;
const MEBIBYTE = 1024 * 1024;
/** The bot sleeps this long after its first failed attempt, twice after the second, and so on. */
const RETRY_SECONDS = 30;

interface Job {
  bot: BotIds;
  /** Whether this bot is one of those that nobody lets in. */
  isLeftOut: boolean;
  place: RecordingPlace;
  meeting: Meeting;
  world: BotWorld;
  callbacks: Callbacks;
}

/**
 * Sends one bot to one meeting; resolves when its callbacks and retry sleeps are over. A job that
 * fails (a full disk, say) is logged and over: the bot's process survives its jobs.
 */
export async function runJob(
  request: JoinRequest,
  meeting: Meeting,
  world: BotWorld,
): Promise<void> {
  const job = describeJob(request, meeting, world);
  world.events.joinAccepted(job.bot, meeting);
  world.rooms.joinRequested(request.url, job.place.entityId);
  try {
    await runAttempts(job);
    world.events.jobEnded(job.bot);
  } catch (error) {
    world.events.jobFailed(job.bot, error);
  }
  world.rooms.left();
}

async function runAttempts(job: Job): Promise<void> {
  for (const [index, attempt] of job.meeting.plan.attempts.entries()) {
    const retried = await runAttempt(attempt, job);
    if (!retried) return;
    await pause((index + 1) * RETRY_SECONDS, job);
  }
}

function describeJob(request: JoinRequest, meeting: Meeting, world: BotWorld): Job {
  const { provider, botId, eventId, bearerToken, userId } = request;
  const bot = { provider, ...(botId && { botId }), ...(eventId && { eventId }) };
  const { config, events } = world;
  const callbacks = meeting.plan.callbacks
    ? createCallbacks(config.callbackBaseUrl, bearerToken, bot, events)
    : silentCallbacks;
  const place = {
    root: config.recordingsRoot,
    userId,
    entityId: botId ?? eventId ?? "",
    extension: config.fileExtension,
  };
  const isLeftOut = world.rooms.joinsOf(request.url) < meeting.lobbyTimeouts;
  return { bot, isLeftOut, place, meeting, world, callbacks };
}

/** Waits as long as the bot would, in the simulator's time. */
function pause(botSeconds: number, { meeting }: Job): Promise<void> {
  return sleep((botSeconds * 1000) / WAIT_SPEED_UP / meeting.speed);
}

/** Returns whether the bot retries. */
async function runAttempt(attempt: Attempt, job: Job): Promise<boolean> {
  await pause(JOINING_SECONDS, job);
  if (attempt.outcome === "refused") return beRefused(attempt.refusal, job);
  if (!(await isLetIn(job))) return beRefused("lobby-timeout", job);
  await recordMeeting(attempt, job);
  return endings[attempt.ending](job);
}

/** Waits at the door until somebody opens it; false when nobody will in the bot's time. */
async function isLetIn({ isLeftOut, meeting, world }: Job): Promise<boolean> {
  const patienceSeconds = (world.config.lobbyWaitMinutes * 60) / WAIT_SPEED_UP;
  if (isLeftOut || meeting.lobbySeconds > patienceSeconds) return false;
  await sleep((meeting.lobbySeconds * 1000) / meeting.speed);
  return true;
}

async function beRefused(refusal: Refusal, job: Job): Promise<boolean> {
  const { noticedAtOnceBy, log, retried } = refusals[refusal];
  if (!noticedAtOnceBy.includes(job.bot.provider)) {
    await pause(job.world.config.lobbyWaitMinutes * 60, job);
  }
  await job.callbacks.status(["processing", "failed"]);
  if (log) await job.callbacks.log(log);
  return retried;
}

async function recordMeeting(
  { stopsAfter, cut, ending }: Extract<Attempt, { outcome: "recorded" }>,
  job: Job,
): Promise<void> {
  const { bot, meeting, world } = job;
  const { fixture, file, patchesDuration } = meeting.plan;
  world.rooms.entered();
  world.events.recordingStarted(bot, growingPath(file, job.place));
  const recording = meeting.recording ?? fixturePath(fixture);
  const lengthMs = meeting[stopsAfter] * 1000;
  const { speed, until } = meeting;
  const take = { recording, lengthMs, cut, speed, until };
  const lastBlockMs = await record(take, await openSinks(job));
  const path = grownPath(file, job.place);
  if (path && patchesDuration && ending === "finished") await patchDuration(path, lastBlockMs);
  const bytes = path ? (await stat(path)).size : 0;
  world.events.recordingEnded(bot, { path, bytes, mediaSeconds: lastBlockMs / 1000 });
}

async function openSinks({ place, meeting }: Job): Promise<Sink[]> {
  const { file, retry, backupWav } = meeting.plan;
  const padBytes = Math.round(meeting.padMebibytes * MEBIBYTE);
  const from = growingPath(file, place);
  const to = grownPath(file, place);
  const sinks: Sink[] = [];
  if (from && from === to) sinks.push(await fileSink(from, { retry, padBytes }));
  else if (from && to) sinks.push(await renamingSink(from, to, meeting.at * 1000));
  if (backupWav) sinks.push(await backupWavSink(documentedPath(place)));
  return sinks;
}

/** What each ending of a recorded attempt does; returns whether the bot retries. */
const endings: Record<Ending, (job: Job) => Promise<boolean>> = {
  finished: async (job) => {
    const { file, uploads } = job.meeting.plan;
    await fillDocumentedPath(file, job.place);
    const last = uploads ? "finished" : "failed";
    await job.callbacks.status(["processing", "joined", last]);
    return false;
  },
  error: async (job) => {
    await job.callbacks.status(["processing", "joined", "failed"]);
    return true;
  },
  crash: async ({ world, meeting }) => world.exit(meeting.exitCode),
  hang: () => new Promise(() => {}),
};
