import type { DocumentReference, DocumentSnapshot, Firestore } from "@google-cloud/firestore";
import {
  BOT_INSTANCES,
  type BotInstance,
  botInstanceDocument,
  DEFAULT_LEASE_RULES,
  isTerminal,
  namingOf,
  namingSettings,
  readSettings,
} from "@meeting-bot/core";
import { waitForDocument } from "../wait-for-document.ts";

const naming = namingOf(readSettings(namingSettings, {}));
const document = botInstanceDocument(naming, DEFAULT_LEASE_RULES.maxAttempts);

/**
 * Follows a meeting, as an app would, until its bot has ended. Rejects when `signal` is aborted, or
 * when nothing happens for three minutes.
 */
export async function followMeeting(
  firestore: Firestore,
  meeting: DocumentReference,
  onChange: (instance: BotInstance) => void,
  signal: AbortSignal,
): Promise<BotInstance> {
  const id = await waitForDocument(
    meeting,
    (snapshot) => snapshot.get("bot_instance_id") ?? undefined,
    signal,
  );
  const ref = firestore.collection(BOT_INSTANCES).doc(id);
  const follow = (snapshot: DocumentSnapshot) => {
    const instance = document.parse(snapshot.id, snapshot.data() ?? {}, 0);
    onChange(instance);
    return isTerminal(instance) ? instance : undefined;
  };
  return waitForDocument(ref, follow, signal);
}
