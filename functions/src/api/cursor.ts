import { isDeliveryId, isDocumentId } from "@meeting-bot/core";
import type { Answer } from "./answer.ts";
import { invalid } from "./problem.ts";

/** A list that has pages. */
export interface PagedList {
  /** What its cursors begin with, so that no other list takes them. */
  name: string;
  /** Whether a text may be the id of something in the list. */
  isId(text: string): boolean;
}

/** Says where the next page of a list begins, in a way that nobody is tempted to read. */
export function writeCursor({ name }: PagedList, lastId: string): string {
  return Buffer.from(`${name}/${lastId}`).toString("base64url");
}

/** The id in a cursor of a list; undefined for what is none, or another list's. */
export function readCursor(list: PagedList, cursor: string): string | undefined {
  const text = Buffer.from(cursor, "base64url").toString();
  const id = text.slice(list.name.length + 1);
  return list.isId(id) && writeCursor(list, id) === cursor ? id : undefined;
}

/** Where a page begins, after an id or at the start; or the answer to a cursor that is none. */
export type PageStart = { ok: true; after?: string } | { ok: false; answer: Answer };

/** Reads the cursor of a list's query. */
export function readStart(list: PagedList, cursor: string | undefined): PageStart {
  if (cursor === undefined) return { ok: true };
  const after = readCursor(list, cursor);
  if (after !== undefined) return { ok: true, after };
  const message = "must be a next_cursor of this list";
  return { ok: false, answer: invalid([{ field: "query.cursor", message }]) };
}

/** Of an organisation's meetings. */
export const MEETINGS: PagedList = { name: "meetings", isId: isDocumentId };

/** Of what was told to its endpoints. */
export const DELIVERIES: PagedList = { name: "deliveries", isId: isDeliveryId };
