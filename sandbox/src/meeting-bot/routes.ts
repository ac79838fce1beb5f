import { setTimeout as sleep } from "node:timers/promises";
import { type BotWorld, runJob } from "./job.ts";
import type { JobSlot } from "./job-slot.ts";
import { type JoinRequest, type Provider, readJoinRequest } from "./join-request.ts";
import { type Meeting, readMeeting } from "./meeting.ts";
import { composePlan } from "./scenarios.ts";

/** An answer; a string is sent as text, anything else as JSON. */
export interface Reply {
  status: number;
  body: string | object;
}

/** Answers one request, given its parsed body. */
export type Route = (body: unknown) => Reply | Promise<Reply>;

/** The bot gives the same reason whether it is busy or shutting down. */
const BUSY = "Another meeting is currently being processed. Please try again later.";
/** How long the fork waits between its answer to `POST /shutdown` and the signal to itself. */
const SHUTDOWN_DELAY_MS = 500;

/** The routes of the bot's container by method and path; whatever is not here is a 404. */
export function createRoutes(world: BotWorld, slot: JobSlot): Record<string, Route> {
  const { config } = world;
  let { healthyAfterSeconds } = composePlan(config.scenarios);
  const start = (request: JoinRequest, meeting: Meeting): boolean => {
    const started = slot.start(() => runJob(request, meeting, world));
    if (started) healthyAfterSeconds = meeting.plan.healthyAfterSeconds;
    return started;
  };
  return {
    "POST /google/join": (body) => join("google", body, world, start),
    "POST /microsoft/join": (body) => join("microsoft", body, world, start),
    "POST /zoom/join": (body) => join("zoom", body, world, start),
    "GET /isbusy": () => ({ status: 200, body: { success: true, data: slot.busy ? 1 : 0 } }),
    "GET /health": () => health(healthyAfterSeconds / config.speed),
    "GET /metrics": () => ({ status: 200, body: metrics(slot.busy) }),
    ...(config.flavour === "fork" && { "POST /shutdown": shutdown }),
  };
}

function join(
  provider: Provider,
  body: unknown,
  { config, events }: BotWorld,
  start: (request: JoinRequest, meeting: Meeting) => boolean,
): Reply {
  const refuse = (status: number, error: string, data?: object): Reply => {
    events.joinRefused(status, error);
    return { status, body: { success: false, error, data } };
  };
  const reading = readJoinRequest(provider, body);
  if (!reading.ok) return refuse(400, reading.error);
  const { request } = reading;
  const described = readMeeting(request.url, config);
  if (!described.ok) return refuse(400, described.reason);

  const { meeting } = described;
  const { userId, teamId, eventId, botId } = request;
  const data = { userId, teamId, eventId, botId };
  if (meeting.plan.busy || !start(request, meeting)) return refuse(409, BUSY, data);
  const message = `${provider} join request accepted and processing started`;
  return { status: 202, body: { success: true, message, data: { ...data, status: "processing" } } };
}

async function health(afterSeconds: number): Promise<Reply> {
  const waitMs = (afterSeconds - process.uptime()) * 1000;
  if (waitMs === Number.POSITIVE_INFINITY) await new Promise(() => {});
  await sleep(Math.max(0, waitMs));
  const timestamp = new Date().toISOString();
  return { status: 200, body: { status: "healthy", timestamp, uptime: process.uptime() } };
}

function metrics(busy: boolean): string {
  const gauge = (name: string, help: string, on: boolean) =>
    `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${name} ${on ? 1 : 0}\n`;
  return [
    gauge("isbusy", "busy status of the pod (1 = busy, 0 = available)", busy),
    gauge("isavailable", "available status of the pod (1 = available, 0 = busy)", !busy),
  ].join("\n");
}

function shutdown(): Reply {
  setTimeout(() => process.kill(process.pid, "SIGTERM"), SHUTDOWN_DELAY_MS);
  return { status: 200, body: { success: true, message: "Graceful shutdown initiated" } };
}
