import { isDocumentId } from "@meeting-bot/core";
import type { Answer } from "./answer.ts";
import { invalid } from "./problem.ts";

/** Says where the next page begins, in a way that nobody is tempted to read. */
export function writeCursor(lastId: string): string {
  return Buffer.from(lastId).toString("base64url");
}

/** The id in a cursor; undefined for what is none. */
export function readCursor(cursor: string): string | undefined {
  const id = Buffer.from(cursor, "base64url").toString();
  return isDocumentId(id) && writeCursor(id) === cursor ? id : undefined;
}

/** Where a page begins, after an id or at the start; or the answer to a cursor that is none. */
export type PageStart = { ok: true; after?: string } | { ok: false; answer: Answer };

/** Reads the cursor of a list's query. */
export function readStart(cursor: string | undefined): PageStart {
  if (cursor === undefined) return { ok: true };
  const after = readCursor(cursor);
  if (after !== undefined) return { ok: true, after };
  const message = "must be a next_cursor of this list";
  return { ok: false, answer: invalid([{ field: "query.cursor", message }]) };
}
