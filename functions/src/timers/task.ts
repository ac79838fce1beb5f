import { HOUR } from "@meeting-bot/core";

/** Cloud Tasks takes nothing that is further ahead (cloud.google.com/tasks/docs/quotas). */
export const LONGEST_DELAY_MS = 30 * 24 * HOUR;

/** A queue, and what its tasks tell the function that it calls. */
export interface TaskKind {
  /** The function: the name of its export, and so of the queue itself. */
  functionName: string;
  /** The field of a task that says which document it is about. */
  idField: string;
}

/** What a task tells its function. */
export type TaskData = Record<string, string>;

/** The id of the document that a task is about; undefined for anything that is no task of this kind. */
export function readTask(data: unknown, { idField }: TaskKind): string | undefined {
  if (typeof data !== "object" || data === null) return undefined;
  const id = (data as Readonly<Record<string, unknown>>)[idField];
  return typeof id === "string" && /^[^/]+$/.test(id) ? id : undefined;
}
