import {
  type BotInstance,
  failure,
  MINUTE,
  type Phase,
  parseMeetingUrl,
  SECOND,
} from "@meeting-bot/core";
import { type BotIdentity, toBotIdentity } from "../bot/bot-identity.ts";
import { type CallbackListener, startCallbackListener } from "../bot/callback-listener.ts";
import type { Clock } from "../bot/clock.ts";
import { type JoinOutcome, joinMeeting } from "../bot/join-meeting.ts";
import type { MeetingBotClient } from "../bot/meeting-bot-client.ts";
import { type MonitorOptions, monitorMeeting } from "../bot/monitor.ts";
import type { Outcome } from "../bot/outcome.ts";
import { isSettled, type LookAtRecording } from "../bot/recording-state.ts";
import type { Config } from "../config.ts";
import type { LeaseKeeper } from "../lease-keeper.ts";
import type { Logs } from "../logs.ts";

/** What recording one meeting needs. */
export interface RecordServices {
  config: Config;
  client: MeetingBotClient;
  clock: Clock;
  logs: Logs;
}

/** How a recording has ended; `handed-over` when the bot was told to leave for the next meeting's. */
export type RecordedMeeting = Outcome | { kind: "stopped" } | { kind: "handed-over" };

const DEFAULT_BOT_NAME = "Meeting bot";
/** Five questions without an answer at the default interval notice a dead bot within a minute. */
const MAX_CONSECUTIVE_FAILURES = 5;
/** The bot writes every two seconds. */
const SETTLE_MS = 3 * SECOND;
/** A bot that has said that it is through has closed its file; this is for a file system that lags. */
const REPORTED_SETTLE_MS = 0.5 * SECOND;
/** The bot writes every two seconds even when nothing moves and nobody speaks. */
const STALL_MS = 45 * SECOND;
/** Who is let in at once records within this. */
const WAITING_MS = MINUTE;
/** The next bot is in the room once it has recorded so much; the last one is told to leave then. */
const TAKEN_OVER_SECONDS = 10;
/** The bot's container ends it within five seconds; after so long the recording is taken as it is. */
const STOP_MS = 15 * SECOND;
const LOOK_MS = 0.5 * SECOND;

/** Sends the bot into the meeting and follows it until the recording has ended, or `signal` is aborted. */
export async function recordMeeting(
  services: RecordServices,
  instance: BotInstance,
  look: LookAtRecording,
  lease: LeaseKeeper,
  signal: AbortSignal,
): Promise<Outcome | { kind: "stopped" }> {
  const { config, logs } = services;
  const identity = toBotIdentity(instance.creatorUserId, instance.id);
  // Before the join: a refusal may be called back at once.
  const listener = await startCallbackListener({
    port: config.callbackPort,
    botId: identity.botId,
  });
  listener.events.on("malformed", ({ problem }) => logs.callbackIgnored(problem));
  try {
    const joined = await sendBot(services, instance, identity, look, signal);
    if (joined.kind !== "joining") return joined;
    return await monitor(services, { instance, look, callbacks: listener, lease, signal });
  } finally {
    await listener.close();
  }
}

/** Waits until a bot that was told to stop in the middle of a meeting has written its last. */
export async function untilSettled(
  { clock }: Pick<RecordServices, "clock">,
  look: LookAtRecording,
  signal: AbortSignal,
): Promise<void> {
  const giveUp = AbortSignal.any([signal, AbortSignal.timeout(STOP_MS)]);
  while (!giveUp.aborted) {
    const recording = await look();
    if (!recording || isSettled(recording, clock.now(), SETTLE_MS)) return;
    await clock.sleep(LOOK_MS, giveUp);
  }
}

/** Joins, unless a manager before this one has: its bot is then in the meeting, or was. */
async function sendBot(
  services: RecordServices,
  instance: BotInstance,
  identity: BotIdentity,
  look: LookAtRecording,
  signal: AbortSignal,
): Promise<JoinOutcome> {
  const { config, client } = services;
  const mayHaveJoined = config.restarts > 0;
  const hasJoined = mayHaveJoined && ((await look()) || (await client.isBusy()) === true);
  return hasJoined ? { kind: "joining" } : join(services, instance, identity, signal);
}

async function join(
  { config, client, clock }: RecordServices,
  instance: BotInstance,
  identity: BotIdentity,
  signal: AbortSignal,
): Promise<JoinOutcome> {
  const deadlineAt = clock.now() + config.botReadySeconds * SECOND;
  if (!(await client.waitUntilHealthy(deadlineAt, signal))) {
    if (signal.aborted) return { kind: "stopped" };
    const message = `The meeting bot's container was not ready within ${config.botReadySeconds} s.`;
    return { kind: "failed", failure: failure("BOT_UNREACHABLE", "join", message) };
  }
  const link = parseMeetingUrl(instance.meetingUrl, config);
  if (!link.ok) {
    return { kind: "failed", failure: failure("UNSUPPORTED_URL", "request", link.message) };
  }
  const request = {
    ...identity,
    provider: link.provider,
    meetingUrl: link.url,
    botName: instance.botName || DEFAULT_BOT_NAME,
    organizationId: instance.creatorOrganizationId,
    timezone: instance.timezone,
  };
  const waitedMs = await waitForTurn({ config, clock }, instance, signal);
  const mayHaveJoined = config.restarts > 0;
  const answerBy = deadlineAt + waitedMs;
  return joinMeeting({ client, request, clock, deadlineAt: answerBy, mayHaveJoined, signal });
}

/**
 * Until the next meeting begins its bot stays out of a room where the last one's is still at work; tells
 * how long that was.
 */
export async function waitForTurn(
  { config, clock }: Pick<RecordServices, "config" | "clock">,
  { joinAt }: Pick<BotInstance, "joinAt">,
  signal: AbortSignal,
): Promise<number> {
  const beganAt = clock.now();
  const leftMs = Math.min((joinAt ?? 0) - beganAt, config.maxWaitMinutes * MINUTE);
  if (leftMs > 0) await clock.sleep(leftMs, signal);
  return clock.now() - beganAt;
}

interface Monitored {
  instance: BotInstance;
  look: LookAtRecording;
  callbacks: CallbackListener;
  lease: LeaseKeeper;
  signal: AbortSignal;
}

function monitor(
  services: RecordServices,
  { instance, look, callbacks, lease, signal }: Monitored,
): Promise<Outcome | { kind: "stopped" }> {
  const { config, client, clock } = services;
  return monitorMeeting({
    client,
    callbacks,
    look,
    clock,
    signal,
    settings: {
      monitorIntervalMs: config.monitorIntervalSeconds * SECOND,
      maxConsecutiveFailures: MAX_CONSECUTIVE_FAILURES,
      maxWaitMs: config.maxWaitMinutes * MINUTE,
      settleMs: SETTLE_MS,
      reportedSettleMs: REPORTED_SETTLE_MS,
      stallMs: STALL_MS,
      waitingMs: WAITING_MS,
      mayBeUnheard: config.restarts > 0,
      wasSilent: instance.recordingEndedAt !== undefined,
    },
    ...telling(services, instance, lease),
  });
}

/** What the lease's holder tells of a meeting while it is on. */
export function telling(
  { logs }: Pick<RecordServices, "logs">,
  { takesOverFrom }: Pick<BotInstance, "takesOverFrom">,
  lease: Pick<LeaseKeeper, "tell" | "note">,
): Pick<MonitorOptions, "onWaiting" | "onRecording" | "onProgress" | "onSilence"> {
  const enter = (phase: Phase) => {
    logs.phaseEntered(phase);
    void lease.tell({ phase });
  };
  let hasTakenOver = takesOverFrom === undefined;
  return {
    onWaiting: () => enter("waiting"),
    onRecording: () => enter("recording"),
    onProgress: ({ firstSeenAt, grewAt }) => {
      const secondsRecorded = Math.round((grewAt - firstSeenAt) / SECOND);
      const progress = { progress: { secondsRecorded } };
      if (hasTakenOver || secondsRecorded < TAKEN_OVER_SECONDS) return lease.note(progress);
      hasTakenOver = true;
      void lease.tell(progress);
    },
    onSilence: (recordingEndedAt) => void lease.tell({ recordingEndedAt }),
  };
}
