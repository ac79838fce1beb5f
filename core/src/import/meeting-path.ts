import { isDocumentId } from "../document-ids.ts";
import { type FinishedRecording, importIdOf } from "./finished-recording.ts";

/** What a recording can say of the way to the meetings' collection, by the placeholder that it fills. */
const FILLERS: Readonly<
  Record<
    string,
    (recording: Pick<FinishedRecording, "organizationId" | "userId">) => string | undefined
  >
> = {
  organizationId: ({ organizationId }) => organizationId,
  userId: ({ userId }) => userId,
};

/** The placeholders of a collection's path that a recording can fill. */
export const FILLED_PLACEHOLDERS: readonly string[] = Object.keys(FILLERS);

/** The names in braces in a collection's path. */
export function placeholdersOf(collectionPath: string): string[] {
  return [...collectionPath.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? "");
}

/**
 * Where the meeting of a recording goes that belongs to none: into the collection at `collectionPath`,
 * whose placeholders the recording's organisation and user fill; undefined when they do not.
 */
export function importedMeetingPath(
  collectionPath: string,
  recording: Pick<FinishedRecording, "recordingId" | "organizationId" | "userId">,
): string | undefined {
  const names = placeholdersOf(collectionPath);
  const values = names.map((name) => FILLERS[name]?.(recording));
  if (values.some((value) => value === undefined || !isDocumentId(value))) return undefined;
  const path = collectionPath.replaceAll(/\{\w+\}/g, () => values.shift() ?? "");
  return `${path}/${importIdOf(recording.recordingId)}`;
}
