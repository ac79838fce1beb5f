import type { ExecutionRecord } from "./execution.ts";

/** Cloud Run keeps this many executions of a job. */
const KEPT = 1000;

/** What lists return when no page size is asked for. */
const DEFAULT_PAGE_SIZE = 100;

/** One page of executions, newest first; the token is empty on the last page. */
export type Page = { executions: ExecutionRecord[]; nextPageToken: string };

/** The executions that the server remembers: all that run, and the newest thousand. */
export class History {
  #newestFirst: ExecutionRecord[] = [];

  add(record: ExecutionRecord): void {
    this.#newestFirst.unshift(record);
    if (this.#newestFirst.length <= KEPT) return;
    this.#newestFirst = this.#newestFirst.filter(
      ({ completion }, index) => index < KEPT || completion === undefined,
    );
  }

  all(): readonly ExecutionRecord[] {
    return this.#newestFirst;
  }

  find(name: string): ExecutionRecord | undefined {
    return this.#newestFirst.find((record) => record.name === name && !record.deletedAt);
  }

  /** Also finds a deleted one, for the operation that deleted it. */
  findByUid(uid: string): ExecutionRecord | undefined {
    return this.#newestFirst.find((record) => record.uid === uid);
  }

  /**
   * The executions below `projects/…/locations/…/jobs/{job}`, where `-` is any job. A page token is the uid
   * of the page's last execution; undefined when the token is unknown.
   */
  page(parent: string, pageSize: number, pageToken: string): Page | undefined {
    const prefix = parent.endsWith("/-") ? parent.slice(0, -1) : `${parent}/`;
    const all = this.#newestFirst.filter(({ name }) => name.startsWith(prefix));
    const before = all.findIndex(({ uid }) => uid === pageToken);
    if (pageToken !== "" && before < 0) return undefined;
    const rest = all.slice(before + 1).filter(({ deletedAt }) => !deletedAt);
    const executions = rest.slice(0, pageSize || DEFAULT_PAGE_SIZE);
    const more = rest.length > executions.length;
    return { executions, nextPageToken: more ? (executions.at(-1)?.uid ?? "") : "" };
  }
}
