import type { DocumentReference, Firestore, Query } from "@google-cloud/firestore";
import type { FoundMeeting, WalkProgress } from "../meeting/backfill.ts";
import type { MeetingNaming } from "../meeting/meeting.ts";
import { meetingFields } from "../meeting/meeting-fields.ts";
import type { BackfillStore, MeetingPage, Walk } from "../ports/backfill-store.ts";

/** How far our own walks have come, a document for each. */
export const BOT_STATE = "bot_state";

/** Where the meetings are, as MEETINGS_COLLECTION_PATH and MEETINGS_QUERY_MODE have it. */
export interface MeetingsPlace {
  meetingsPath: string;
  meetingsQueryMode: "collection" | "collection_group";
}

/** The meetings of a Firestore database, by name. */
export class FirestoreBackfillStore implements BackfillStore {
  readonly #firestore: Firestore;
  readonly #place: MeetingsPlace;
  readonly #fields: string[];
  readonly #isWatched: (path: string) => boolean;

  constructor(firestore: Firestore, place: MeetingsPlace, naming: MeetingNaming) {
    this.#firestore = firestore;
    this.#place = place;
    this.#fields = meetingFields(naming);
    this.#isWatched = watches(place);
  }

  /**
   * Filters by nothing, so that it needs no index, whatever the fields are called and wherever the
   * collections are; and a status counts as the functions read it, which no filter could.
   */
  async findMeetings(limit: number, after?: string): Promise<MeetingPage> {
    const all = meetings(this.#firestore, this.#place)
      .orderBy("__name__")
      .select(...this.#fields)
      .limit(limit);
    const last = this.#cursor(after);
    const { docs } = await (last ? all.startAfter(last) : all).get();
    const found = docs.map<FoundMeeting>((snapshot) => ({
      path: snapshot.ref.path,
      fields: snapshot.data(),
      updatedAt: snapshot.updateTime.toMillis(),
      readAt: snapshot.readTime.toMillis(),
    }));
    const next = found.length === limit ? found.at(-1)?.path : undefined;
    return {
      meetings: found.filter(({ path }) => this.#isWatched(path)),
      reads: Math.max(1, found.length),
      ...(next !== undefined && { after: next }),
    };
  }

  async readProgress(walk: Walk): Promise<WalkProgress> {
    const { after, day, reads } = (await this.#progressRef(walk).get()).data() ?? {};
    return {
      ...(typeof after === "string" && { after }),
      ...(typeof day === "string" && { day }),
      reads: typeof reads === "number" ? reads : 0,
    };
  }

  async writeProgress(walk: Walk, progress: WalkProgress): Promise<void> {
    await this.#progressRef(walk).set({ ...progress });
  }

  #progressRef(walk: Walk): DocumentReference {
    return this.#firestore.collection(BOT_STATE).doc(walk);
  }

  /** Where a page ended; nowhere once the meetings are said to be somewhere else. */
  #cursor(after: string | undefined): DocumentReference | undefined {
    if (after === undefined) return undefined;
    const last = this.#firestore.doc(after);
    const { meetingsPath } = this.#place;
    const isHere = isOneCollection(this.#place)
      ? last.parent.path === meetingsPath
      : last.parent.id === groupOf(this.#place);
    return isHere ? last : undefined;
  }
}

/** One collection, or all of its id where it is in several places. */
function meetings(firestore: Firestore, place: MeetingsPlace): Query {
  if (isOneCollection(place)) return firestore.collection(place.meetingsPath);
  return firestore.collectionGroup(groupOf(place));
}

function isOneCollection({ meetingsPath, meetingsQueryMode }: MeetingsPlace): boolean {
  return meetingsQueryMode === "collection" && !meetingsPath.includes("{");
}

function groupOf({ meetingsPath }: MeetingsPlace): string {
  return meetingsPath.slice(meetingsPath.lastIndexOf("/") + 1);
}

/** Whether a document is one that the functions watch. */
export function watches({
  meetingsPath,
  meetingsQueryMode,
}: MeetingsPlace): (path: string) => boolean {
  if (meetingsQueryMode === "collection_group") return () => true;
  const pattern = meetingsPath.split("/");
  return (path) => {
    const segments = path.split("/");
    const isLike = (part: string, index: number) =>
      part.startsWith("{") || part === segments[index];
    return segments.length === pattern.length + 1 && pattern.every(isLike);
  };
}
