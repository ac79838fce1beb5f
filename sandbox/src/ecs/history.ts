import { isDeepStrictEqual } from "node:util";
import type { RunTaskRequest } from "@aws-sdk/client-ecs";
import type { Instant, TaskRecord } from "./task.ts";

const HOUR = 3_600_000;

/** How long a stopped task can be described. */
const KEPT_STOPPED_MS = HOUR;

/** How long a client token is known. */
const KEPT_TOKEN_MS = 24 * HOUR;

/** What a client token has started. */
type Launch = { at: Instant; request: RunTaskRequest; tasks: TaskRecord[] };

/** One page of tasks, newest first; without a token it is the last. */
export type Page = { tasks: TaskRecord[]; nextToken?: string };

/** The tasks and client tokens that the server remembers, by a clock of epoch milliseconds. */
export class History {
  readonly #now: () => Instant;
  #newestFirst: TaskRecord[] = [];
  readonly #launches = new Map<string, Launch>();

  constructor(now: () => Instant = Date.now) {
    this.#now = now;
  }

  /** Keeps what a request has started, under its cluster and client token. */
  add(cluster: string, request: RunTaskRequest, tasks: TaskRecord[]): void {
    this.#newestFirst.unshift(...tasks);
    if (request.clientToken === undefined) return;
    this.#launches.set(keyOf(cluster, request), { at: this.#now(), request, tasks });
  }

  all(): readonly TaskRecord[] {
    const since = this.#now() - KEPT_STOPPED_MS;
    this.#newestFirst = this.#newestFirst.filter(({ endedAt }) => (endedAt ?? Infinity) > since);
    return this.#newestFirst;
  }

  find(arn: string): TaskRecord | undefined {
    return this.all().find((task) => task.arn === arn);
  }

  /** What this request's client token has started before; `same` says whether with the same parameters. */
  repeated(
    cluster: string,
    request: RunTaskRequest,
  ): { same: boolean; tasks: TaskRecord[] } | undefined {
    const launch = this.#launches.get(keyOf(cluster, request));
    if (!launch || launch.at <= this.#now() - KEPT_TOKEN_MS) return undefined;
    return { same: isDeepStrictEqual(launch.request, request), tasks: launch.tasks };
  }

  /** The tasks that match, after the one that a token names; undefined when the token is unknown. */
  page(
    matches: (task: TaskRecord) => boolean,
    size: number,
    nextToken: string | undefined,
  ): Page | undefined {
    const all = this.all();
    const before = all.findIndex(({ id }) => id === nextToken);
    if (nextToken !== undefined && before < 0) return undefined;
    const rest = all.slice(before + 1).filter(matches);
    const tasks = rest.slice(0, size);
    const last = tasks.at(-1);
    return { tasks, ...(last && rest.length > tasks.length && { nextToken: last.id }) };
  }
}

function keyOf(cluster: string, { clientToken }: RunTaskRequest): string {
  return `${cluster} ${clientToken}`;
}
