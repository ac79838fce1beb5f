import type { Firestore, Query, QueryDocumentSnapshot } from "@google-cloud/firestore";

/** Which meetings to look for. */
export interface Wanted {
  /** As MEETINGS_COLLECTION_PATH has it. */
  meetingsPath: string;
  meetingsQueryMode: "collection" | "collection_group";
  statusField: string;
  statusValues: readonly string[];
}

const PAGE_SIZE = 50;

/** The meetings whose status wants a bot, in pages, so that memory does not grow with their number. */
export async function* findMeetings(
  firestore: Firestore,
  wanted: Wanted,
): AsyncGenerator<QueryDocumentSnapshot[]> {
  const isWatched = watches(wanted);
  const all = meetings(firestore, wanted)
    .where(wanted.statusField, "in", wanted.statusValues)
    .orderBy("__name__")
    .limit(PAGE_SIZE);
  let last: QueryDocumentSnapshot | undefined;
  do {
    const { docs } = await (last ? all.startAfter(last) : all).get();
    yield docs.filter(({ ref }) => isWatched(ref.path));
    last = docs.length === PAGE_SIZE ? docs.at(-1) : undefined;
  } while (last);
}

/** One collection, or all of its id where it is in several places. */
function meetings(firestore: Firestore, { meetingsPath, meetingsQueryMode }: Wanted): Query {
  const isOne = meetingsQueryMode === "collection" && !meetingsPath.includes("{");
  if (isOne) return firestore.collection(meetingsPath);
  return firestore.collectionGroup(meetingsPath.slice(meetingsPath.lastIndexOf("/") + 1));
}

/** Whether a document is one that the functions watch. */
export function watches({ meetingsPath, meetingsQueryMode }: Wanted): (path: string) => boolean {
  if (meetingsQueryMode === "collection_group") return () => true;
  const pattern = meetingsPath.split("/");
  return (path) => {
    const segments = path.split("/");
    const isLike = (part: string, index: number) =>
      part.startsWith("{") || part === segments[index];
    return segments.length === pattern.length + 1 && pattern.every(isLike);
  };
}
