import type { Firestore } from "@google-cloud/firestore";
import { BOT_INSTANCES } from "@meeting-bot/core";
import type { CrowdMeeting } from "./meetings.ts";

/** What is in the store afterwards. */
export interface Verdict {
  /** Meetings without a finished recording. */
  lost: number;
  /** Instances that have not ended. */
  stuck: number;
  /** Rooms whose meetings do not all show the same recording. */
  split: number;
  /** Why instances ended without a recording. */
  failures: string[];
  /** Rooms with another number of finished recordings than one. */
  notOnce: number;
}

/** Compares what the meetings show with what there should be: one recording for each room. */
export async function verify(
  firestore: Firestore,
  meetings: readonly CrowdMeeting[],
): Promise<Verdict> {
  const { docs } = await firestore.collection(BOT_INSTANCES).get();
  const rooms = Map.groupBy(meetings, ({ room }) => room);
  const shown = new Map(
    (await firestore.collection("meetings").get()).docs.map((doc) => [doc.ref.path, doc]),
  );
  const verdict: Verdict = { lost: 0, stuck: 0, split: 0, notOnce: 0, failures: [] };
  verdict.stuck = docs.filter((doc) => ["queued", "processing"].includes(doc.get("status"))).length;
  verdict.failures = docs.flatMap((doc) =>
    doc.get("status") === "failed"
      ? [`attempt ${doc.get("attempt")}: ${doc.get("error.message")}`]
      : [],
  );
  for (const copies of rooms.values()) {
    const documents = copies.map(({ path }) => shown.get(path));
    verdict.lost += documents.filter((doc) => doc?.get("recording.status") !== "done").length;
    const ids = new Set(documents.map((doc) => doc?.get("bot_instance_id")));
    if (ids.size !== 1) verdict.split += 1;
    const done = docs.filter((doc) => ids.has(doc.id) && doc.get("status") === "done");
    if (done.length !== 1) verdict.notOnce += 1;
  }
  return verdict;
}
