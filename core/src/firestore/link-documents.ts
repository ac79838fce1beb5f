import type { DocumentReference, DocumentSnapshot, Firestore } from "@google-cloud/firestore";
import type { BotInstance } from "../bot-instance/bot-instance.ts";
import { hashOf } from "../hash.ts";
import type { LinkedMeeting } from "../meeting/linked-meeting.ts";
import { fromFields, toFields } from "./fields.ts";
import type { UnitOfWork } from "./unit-of-work.ts";

/** The collection of the instances, which each have their links below them. */
export const BOT_INSTANCES = "bot_instances";
/** The meetings of an instance. */
export const BOT_LINKS = "bot_links";

/** The links of instances; an instance counts its own, so that it guards them. */
export class LinkDocuments {
  readonly #firestore: Firestore;

  constructor(firestore: Firestore) {
    this.#firestore = firestore;
  }

  ref(instanceId: string, meetingPath: string): DocumentReference {
    return this.#all(instanceId).doc(hashOf(meetingPath));
  }

  /** Reads the link of a meeting; one that the version before has made is in the instance's list. */
  async read(
    unit: UnitOfWork,
    instance: BotInstance,
    meetingPath: string,
  ): Promise<LinkedMeeting | undefined> {
    const fields = (await unit.get(this.ref(instance.id, meetingPath))).data();
    if (fields) return parseLink(fields);
    return instance.meetings?.includes(meetingPath)
      ? earlierLink(instance, meetingPath)
      : undefined;
  }

  /** Reads all links that want an instance, at most `MAX_MEETINGS`, the first one first. */
  async readWanted(unit: UnitOfWork, instance: BotInstance): Promise<LinkedMeeting[]> {
    const found = await unit.query(this.#all(instance.id).where("state", "==", "wanted"));
    return [...this.#earlier(instance), ...found.flatMap(readLink)].toSorted(
      (a, b) => a.joinedAt - b.joinedAt,
    );
  }

  /** Reads the paths of an instance's first links, whether they want it or did, `limit` at most. */
  async readPaths(unit: UnitOfWork, instance: BotInstance, limit: number): Promise<string[]> {
    const found = await unit.query(this.#all(instance.id).limit(limit));
    const links = [...this.#earlier(instance), ...found.flatMap(readLink)];
    const isWanted = links.some(({ state }) => state === "wanted");
    return links
      .filter(({ state }) => !isWanted || state === "wanted")
      .toSorted((a, b) => a.joinedAt - b.joinedAt)
      .map(({ meetingPath }) => meetingPath);
  }

  /** Goes through all links of an instance, page by page. */
  async *walk(instance: BotInstance, pageSize: number): AsyncGenerator<LinkedMeeting> {
    yield* this.#earlier(instance);
    let last: DocumentSnapshot | undefined;
    do {
      const sorted = this.#all(instance.id).orderBy("__name__").limit(pageSize);
      const { docs } = await (last ? sorted.startAfter(last) : sorted).get();
      for (const link of docs.flatMap(readLink)) yield link;
      last = docs.length === pageSize ? docs.at(-1) : undefined;
    } while (last);
  }

  put(unit: UnitOfWork, instanceId: string, link: LinkedMeeting): void {
    unit.put(this.ref(instanceId, link.meetingPath), toFields(link));
  }

  remove(unit: UnitOfWork, instanceId: string, meetingPath: string): void {
    unit.remove(this.ref(instanceId, meetingPath));
  }

  #all(instanceId: string) {
    return this.#firestore.collection(BOT_INSTANCES).doc(instanceId).collection(BOT_LINKS);
  }

  #earlier(instance: BotInstance): LinkedMeeting[] {
    return (instance.meetings ?? []).map((path) => earlierLink(instance, path));
  }
}

/** What the version before knows of a meeting: that it wants the instance, for whatever that was made for. */
function earlierLink(instance: BotInstance, meetingPath: string): LinkedMeeting {
  const { creatorOrganizationId: organizationId, createdAt, meetingUrl, startAt, endAt } = instance;
  return {
    meetingPath,
    ...(organizationId !== undefined && { organizationId }),
    joinedAt: createdAt,
    state: "wanted",
    meetingUrl,
    ...(startAt !== undefined && { startAt }),
    ...(endAt !== undefined && { endAt }),
  };
}

function readLink(snapshot: DocumentSnapshot): LinkedMeeting[] {
  return [parseLink(snapshot.data() ?? {})];
}

/** Nobody but us writes links: what the document says is what was written. */
function parseLink(fields: Record<string, unknown>): LinkedMeeting {
  return fromFields(fields) as unknown as LinkedMeeting;
}
