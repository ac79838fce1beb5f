import type { BotInstance, RecordingStore, StoredObject } from "@meeting-bot/core";
import { ownerOf } from "@meeting-bot/storage";

/** At once. */
const REMOVALS = 8;

/**
 * Removes every object of an instance in these folders: outputs, parts, whatever else. Other instances'
 * objects stay. Looks again until there is none: one that was on its way may have come to be meanwhile.
 * Tells how many there were; throws `StorageError`, and to call it again goes on.
 */
export async function removeObjects(
  store: Pick<RecordingStore, "list" | "remove">,
  { id }: Pick<BotInstance, "id">,
  folders: readonly string[],
): Promise<number> {
  let removed = 0;
  for (;;) {
    const found = await findObjects(store, id, folders);
    if (found.length === 0) return removed;
    const rest = found.values();
    const removeRest = async () => {
      for (const { name, generation } of rest) await store.remove(name, generation);
    };
    await Promise.all(Array.from({ length: REMOVALS }, removeRest));
    removed += found.length;
  }
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
