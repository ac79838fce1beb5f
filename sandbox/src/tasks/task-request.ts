/** A task as it is to be delivered. */
export interface Task {
  id: string;
  /** Epoch milliseconds. */
  scheduledAt: number;
  deadlineMs: number;
  /** Where to POST it; a mere path means the functions emulator. */
  url: string;
  headers: Record<string, string>;
  body: Buffer;
}

/** A task, or why there can be none. */
export type ParsedTask = { ok: true; task: Task } | { ok: false; reason: string };

/** The body of Cloud Tasks' `tasks.create`, as far as `enqueue` of firebase-admin fills it. */
interface CreateTaskRequest {
  task?: {
    name?: string;
    scheduleTime?: string;
    dispatchDeadline?: string;
    httpRequest?: { url?: string; headers?: Record<string, string>; body?: string };
  };
}

const TASK_NAME =
  /^projects\/[^/]+\/locations\/[^/]+\/queues\/[^/]+\/tasks\/([A-Za-z0-9_-]{1,500})$/;
const DEFAULT_DEADLINE_MS = 10 * 60_000;
const LONGEST_DELAY_MS = 30 * 24 * 3_600_000;

/** What a task gets that does not say so itself. */
export interface TaskDefaults {
  id: string;
  url: string;
}

/**
 * Reads a create request. A task without a time, or with one in the past, is due at `now`; one that is
 * more than 30 days ahead is refused, as Cloud Tasks does.
 */
export function parseTask(
  request: CreateTaskRequest,
  now: number,
  defaults: TaskDefaults,
): ParsedTask {
  const { task } = request;
  if (!task?.httpRequest) return { ok: false, reason: "The request has no task.httpRequest." };
  const id = task.name === undefined ? defaults.id : TASK_NAME.exec(task.name)?.[1];
  if (id === undefined) return { ok: false, reason: `"${task.name}" is not a task's name.` };
  const wantedAt = task.scheduleTime === undefined ? now : Date.parse(task.scheduleTime);
  if (!(wantedAt <= now + LONGEST_DELAY_MS)) {
    return { ok: false, reason: `scheduleTime ${task.scheduleTime} is no time within 30 days.` };
  }
  const { headers = {}, body = "" } = task.httpRequest;
  const url = task.httpRequest.url || defaults.url;
  if (!URL.canParse(url, "http://127.0.0.1")) return { ok: false, reason: `"${url}" is no URL.` };
  return {
    ok: true,
    task: {
      id,
      scheduledAt: Math.max(wantedAt, now),
      deadlineMs: parseSeconds(task.dispatchDeadline) ?? DEFAULT_DEADLINE_MS,
      url,
      headers,
      body: Buffer.from(body, "base64"),
    },
  };
}

/** Reads a protobuf duration such as `30s`, as milliseconds. */
function parseSeconds(duration: string | undefined): number | undefined {
  const seconds = /^(\d+(?:\.\d+)?)s$/.exec(duration ?? "")?.[1];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}
