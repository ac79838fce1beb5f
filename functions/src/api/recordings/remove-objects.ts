import { setTimeout as pause } from "node:timers/promises";
import {
  type BotInstance,
  type RecordingStore,
  StorageError,
  type StoredObject,
} from "@meeting-bot/core";
import { ownerOf } from "@meeting-bot/storage";

/** At once. */
const REMOVALS = 8;
/** How often it is looked again for what somebody else changes or removes at the same time, and how soon. */
const MAX_CHANGES = 20;
const PAUSE_MS = 100;

type Store = Pick<RecordingStore, "list" | "remove">;

/**
 * Removes every object of an instance in these folders: outputs, parts, whatever else. Other instances'
 * objects stay. Looks again until there is none: one that was on its way may have come to be meanwhile,
 * and somebody else may do the same. Tells how many it has removed; throws `StorageError`, and to call it
 * again goes on.
 */
export async function removeObjects(
  store: Store,
  { id }: Pick<BotInstance, "id">,
  folders: readonly string[],
): Promise<number> {
  let removed = 0;
  for (let changes = 0; ; ) {
    const found = await findObjects(store, id, folders);
    if (found.length === 0) return removed;
    const changed = await removeAll(store, found);
    removed += found.length - changed.length;
    if (changed.length === 0) continue;
    changes += 1;
    if (changes > MAX_CHANGES) throw changed[0];
    await pause(PAUSE_MS);
  }
}

/** Removes what is as it was found; a failure for each object that is not. */
async function removeAll(store: Store, found: readonly StoredObject[]): Promise<StorageError[]> {
  const changed: StorageError[] = [];
  const rest = found.values();
  const removeRest = async () => {
    for (const { name, generation } of rest) {
      await store.remove(name, generation).catch((error: unknown) => {
        if (!isChanged(error)) throw error;
        changed.push(error);
      });
    }
  };
  await Promise.all(Array.from({ length: REMOVALS }, removeRest));
  return changed;
}

function isChanged(error: unknown): error is StorageError {
  return error instanceof StorageError && error.code === "precondition";
}

async function findObjects(
  store: Pick<RecordingStore, "list">,
  instanceId: string,
  folders: readonly string[],
): Promise<StoredObject[]> {
  const found = new Map<string, StoredObject>();
  for (const folder of folders) {
    for await (const object of store.list(`${folder}/`)) {
      if (ownerOf(object) === instanceId) found.set(object.name, object);
    }
  }
  return [...found.values()];
}
