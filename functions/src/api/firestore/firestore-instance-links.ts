import type { Firestore, Query, QueryDocumentSnapshot } from "@google-cloud/firestore";
import { BOT_INSTANCES } from "@meeting-bot/core";
import type { StoredMeeting } from "../meetings/meeting-store.ts";

/** The links of an instance to its meetings: documents below it. */
export const BOT_LINKS = "bot_links";

const ORGANIZATION = "creator_organization_id";
/** As many meetings as share a bot. */
const MAX_LINKS = 1000;

/** Which instances and meetings belong together, as a Firestore database has it. */
export class FirestoreInstanceLinks {
  readonly #firestore: Firestore;

  constructor(firestore: Firestore) {
    this.#firestore = firestore;
  }

  /** The ids of all instances that are linked to a meeting, or were when it left them. */
  async instancesOf(meeting: StoredMeeting): Promise<string[]> {
    const { path } = meeting;
    const links = this.#firestore
      .collectionGroup(BOT_LINKS)
      .where("meeting_path", "==", path)
      .select("meeting_created_at", "organization_id");
    // What the version before has linked stands in the instance.
    const listed = this.#instances().where("meetings", "array-contains", path).select();
    const [found, earlier] = await Promise.all([first(links), first(listed)]);
    const own = found.filter((link) => isLinkOf(link, meeting));
    const ids = [...own.flatMap(instanceOf), ...earlier.map(({ id }) => id)];
    return [...new Set(ids)];
  }

  /** The paths of the meetings that are linked to an instance, or were when they left it. */
  async meetingsOf(instanceId: string): Promise<string[]> {
    const links = this.#instances().doc(instanceId).collection(BOT_LINKS).select("meeting_path");
    const paths = (await first(links)).map((link): unknown => link.get("meeting_path"));
    return paths.filter((path) => typeof path === "string");
  }

  #instances() {
    return this.#firestore.collection(BOT_INSTANCES);
  }
}

async function first(query: Query): Promise<QueryDocumentSnapshot[]> {
  return (await query.limit(MAX_LINKS).get()).docs;
}

/** Of this very document, and of the organisation that it is of: another one may be at its path by now. */
function isLinkOf(link: QueryDocumentSnapshot, { createdAt, fields }: StoredMeeting): boolean {
  const linkedAt = link.get("meeting_created_at")?.toMillis() ?? createdAt;
  const organizationId: unknown = link.get("organization_id") ?? null;
  return linkedAt === createdAt && organizationId === (fields[ORGANIZATION] ?? null);
}

/** Whoever else has a collection of that name has no instances in it. */
function instanceOf({ ref }: QueryDocumentSnapshot): string[] {
  const instance = ref.parent.parent;
  return instance?.parent.path === BOT_INSTANCES ? [instance.id] : [];
}
