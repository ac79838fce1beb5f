import type { Timestamp } from "@google-cloud/firestore";
import { status } from "@grpc/grpc-js";
import type { StoredDocument } from "./database.ts";
import { invalid, ServiceError } from "./errors.ts";
import { withChanges } from "./field-path.ts";
import { checkName } from "./names.ts";
import { isSame } from "./order.ts";
import { MAX_DOCUMENT_BYTES, sizeOfDocument } from "./size.ts";
import type { Fields, Value } from "./values.ts";

/** A value for a path into a document; undefined removes what is there. */
export type FieldChange = readonly [names: readonly string[], value: Value | undefined];

/** What a write asks to be so before it. */
export interface Precondition {
  readonly exists?: boolean | undefined;
  readonly lastUpdateTime?: Timestamp | undefined;
}

/** One write of a commit. */
export type Write = { readonly path: string; readonly precondition: Precondition } & (
  | { readonly kind: "set"; readonly fields: Fields }
  | { readonly kind: "merge"; readonly changes: readonly FieldChange[] }
  | { readonly kind: "delete" }
);

/** A document before and after a commit: the same object when nothing has changed. */
export interface Change {
  readonly before: StoredDocument | undefined;
  readonly after: StoredDocument | undefined;
}

/** What a commit may hold. Source: https://firebase.google.com/docs/firestore/quotas#writes_and_transactions */
const MAX_COMMIT_BYTES = 10 * 1024 * 1024;

/** What all writes make of the documents; throws when one of them is refused. */
export function applyWrites(
  find: (path: string) => StoredDocument | undefined,
  writes: readonly Write[],
  at: Timestamp,
): ReadonlyMap<string, Change> {
  const changes = new Map<string, Change>();
  let bytes = 0;
  for (const write of writes) {
    const { path } = write;
    checkName(path);
    const known = changes.get(path);
    const before = known ? known.before : find(path);
    const current = known ? known.after : before;
    if (known && write.precondition.exists === false) throw invalid(`${path} is created again.`);
    checkPrecondition(write, before, current);
    const after = applyWrite(write, current, at);
    if (after) bytes += checkedSize(path, after.fields);
    changes.set(path, { before, after: settled(before, after) });
  }
  if (bytes > MAX_COMMIT_BYTES) throw invalid("The commit is larger than 10 MiB.");
  return changes;
}

/** The version that is asked for is the one before the commit; whether there is a document shows in between. */
function checkPrecondition(
  { path, precondition }: Write,
  before: StoredDocument | undefined,
  current: StoredDocument | undefined,
): void {
  const { exists, lastUpdateTime } = precondition;
  if (exists === false && current) {
    throw new ServiceError(status.ALREADY_EXISTS, `Document already exists: ${path}`);
  }
  if (exists === true && !current) {
    throw new ServiceError(status.NOT_FOUND, `No document to update: ${path}`);
  }
  if (lastUpdateTime && !before?.updateTime.isEqual(lastUpdateTime)) {
    const details = "the stored version does not match the required base version";
    throw new ServiceError(status.FAILED_PRECONDITION, `${details}: ${path}`);
  }
}

function applyWrite(
  write: Write,
  current: StoredDocument | undefined,
  at: Timestamp,
): StoredDocument | undefined {
  if (write.kind === "delete") return undefined;
  const { path } = write;
  const fields =
    write.kind === "set" ? write.fields : withChanges(current?.fields ?? {}, write.changes);
  return { path, fields, createTime: current?.createTime ?? at, updateTime: at };
}

/** A document that has not changed keeps its update time. */
function settled(
  before: StoredDocument | undefined,
  after: StoredDocument | undefined,
): StoredDocument | undefined {
  const isChanged = !before || !after || before.createTime !== after.createTime;
  return isChanged || !isSame(before.fields, after.fields) ? after : before;
}

function checkedSize(path: string, fields: Fields): number {
  const bytes = sizeOfDocument(path, fields);
  if (bytes <= MAX_DOCUMENT_BYTES) return bytes;
  throw invalid(`Document ${path} is ${bytes} bytes, more than ${MAX_DOCUMENT_BYTES}.`);
}
