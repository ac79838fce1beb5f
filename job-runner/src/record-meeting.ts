import { type BotInstance, failure, MINUTE, parseMeetingUrl, SECOND } from "@meeting-bot/core";
import { type BotIdentity, toBotIdentity } from "./bot/bot-identity.ts";
import { type CallbackListener, startCallbackListener } from "./bot/callback-listener.ts";
import type { Clock } from "./bot/clock.ts";
import { type JoinOutcome, joinMeeting } from "./bot/join-meeting.ts";
import type { MeetingBotClient } from "./bot/meeting-bot-client.ts";
import { type MonitoredOutcome, monitorMeeting } from "./bot/monitor.ts";
import { lookUnder, type RecordingState, watchRecording } from "./bot/recording-watch.ts";
import type { Config } from "./config.ts";
import type { LeaseKeeper } from "./lease-keeper.ts";
import type { Logs } from "./logs.ts";

/** What recording one meeting needs. */
export interface RecordServices {
  config: Config;
  client: MeetingBotClient;
  clock: Clock;
  logs: Logs;
}

/** How a recording has ended, and the file if there is one. */
export type RecordedMeeting = MonitoredOutcome | Exclude<JoinOutcome, { kind: "joining" }>;

const DEFAULT_BOT_NAME = "Meeting bot";
/** Five questions without an answer at the default interval notice a dead bot within a minute. */
const MAX_CONSECUTIVE_FAILURES = 5;
/** The bot writes every two seconds. */
const SETTLE_MS = 3 * SECOND;
/** The bot's container ends it within five seconds; after so long the recording is taken as it is. */
const STOP_MS = 15 * SECOND;
const LOOK_MS = 0.5 * SECOND;

/** Sends the bot into the meeting and follows it until the recording has ended, or `signal` is aborted. */
export async function recordMeeting(
  services: RecordServices,
  instance: BotInstance,
  lease: LeaseKeeper,
  signal: AbortSignal,
): Promise<RecordedMeeting> {
  const { config, logs } = services;
  const identity = toBotIdentity(instance.creatorUserId, instance.id);
  // Before the join: a refusal may be called back at once.
  const listener = await startCallbackListener({
    port: config.callbackPort,
    botId: identity.botId,
  });
  listener.events.on("malformed", ({ problem }) => logs.callbackIgnored(problem));
  try {
    const joined = await join(services, instance, identity, signal);
    if (joined.kind !== "joining") return joined;
    return await monitor(services, identity, listener, lease, signal);
  } finally {
    await listener.close();
  }
}

/**
 * The recording once it has stopped growing, if there is one: a bot that was told to stop in the
 * middle of a meeting may write for some seconds more.
 */
export async function settledRecording(
  { config, clock }: Pick<RecordServices, "config" | "clock">,
  instance: BotInstance,
  recorded: Exclude<RecordedMeeting, { kind: "failed" }>,
  signal: AbortSignal,
): Promise<RecordingState | undefined> {
  let recording = "recording" in recorded ? recorded.recording : undefined;
  const isOver = recorded.kind === "recorded" && !recorded.partial;
  if (!recording || isOver) return recording;
  const identity = toBotIdentity(instance.creatorUserId, instance.id);
  const look = lookUnder(config.scratchDir, identity, clock);
  const giveUp = AbortSignal.any([signal, AbortSignal.timeout(STOP_MS)]);
  const watch = { look, clock, intervalMs: LOOK_MS, settleMs: SETTLE_MS, signal: giveUp };
  for await (const change of watchRecording(watch)) recording = change.recording;
  return recording;
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
  const link = parseMeetingUrl(instance.meetingUrl);
  if (!link.ok) {
    return { kind: "failed", failure: failure("UNSUPPORTED_URL", "request", link.message) };
  }
  const request = {
    ...identity,
    provider: link.provider,
    meetingUrl: instance.meetingUrl,
    botName: instance.botName || DEFAULT_BOT_NAME,
    organizationId: instance.creatorOrganizationId,
    timezone: instance.timezone,
  };
  return joinMeeting({ client, request, clock, deadlineAt, signal });
}

function monitor(
  { config, client, clock, logs }: RecordServices,
  identity: BotIdentity,
  callbacks: CallbackListener,
  lease: LeaseKeeper,
  signal: AbortSignal,
): Promise<MonitoredOutcome> {
  return monitorMeeting({
    client,
    callbacks,
    look: lookUnder(config.scratchDir, identity, clock),
    clock,
    signal,
    settings: {
      monitorIntervalMs: config.monitorIntervalSeconds * SECOND,
      maxConsecutiveFailures: MAX_CONSECUTIVE_FAILURES,
      maxWaitMs: config.maxWaitMinutes * MINUTE,
      settleMs: SETTLE_MS,
    },
    onRecording: () => {
      logs.phaseEntered("recording");
      void lease.tell({ phase: "recording" });
    },
    onProgress: ({ firstSeenAt, grewAt }) => {
      lease.note({ progress: { secondsRecorded: Math.round((grewAt - firstSeenAt) / SECOND) } });
    },
  });
}
