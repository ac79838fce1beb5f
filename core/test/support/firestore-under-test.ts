import type { Firestore } from "@google-cloud/firestore";
import { FirestoreBotInstanceStore } from "../../src/firestore/firestore-bot-instance-store.ts";
import type { BotInstanceStore } from "../../src/ports/bot-instance-store.ts";
import type { Naming } from "../../src/settings/naming.ts";
import { emulatorAddress, newProjectId, openFirestore } from "./emulator.ts";
import { NAMING, RULES } from "./instances.ts";
import { startLossyProxy } from "./lossy-proxy.ts";

/** A store with the database behind it. */
export interface StoreUnderTest {
  firestore: Firestore;
  store: BotInstanceStore;
  /** The same store through a connection that loses the answer to the next commit, once it is made. */
  losingTheNextCommit(): BotInstanceStore;
  write(path: string, fields: Record<string, unknown>): Promise<void>;
  /** Writes many documents at once, the same fields into each. */
  writeAll(paths: string[], fields: Record<string, unknown>): Promise<void>;
  /** Changes some fields of a document, as a user does who leaves the others alone. */
  edit(path: string, fields: Record<string, unknown>): Promise<void>;
  /** The fields of a document; undefined when there is none. */
  read(path: string): Promise<Record<string, unknown> | undefined>;
  remove(path: string): Promise<void>;
  /** The ids of the documents in a collection. */
  list(collection: string): Promise<string[]>;
  close(): Promise<void>;
}

/** A Firestore store in an empty project of the emulator. */
export async function firestoreUnderTest(naming: Naming = NAMING): Promise<StoreUnderTest> {
  const projectId = newProjectId();
  const firestore = openFirestore(projectId);
  const proxy = await startLossyProxy(emulatorAddress());
  const behindProxy = openFirestore(projectId, proxy.address);
  const losing = new FirestoreBotInstanceStore(behindProxy, naming, RULES);
  return {
    firestore,
    store: new FirestoreBotInstanceStore(firestore, naming, RULES),
    losingTheNextCommit: () => {
      proxy.loseNextCommit();
      return losing;
    },
    write: async (path, fields) => void (await firestore.doc(path).set(fields)),
    writeAll: async (paths, fields) => {
      const writer = firestore.bulkWriter();
      for (const path of paths) void writer.set(firestore.doc(path), fields);
      await writer.close();
    },
    edit: async (path, fields) => void (await firestore.doc(path).update(fields)),
    read: async (path) => (await firestore.doc(path).get()).data(),
    remove: async (path) => void (await firestore.doc(path).delete()),
    list: async (collection) =>
      (await firestore.collection(collection).listDocuments()).map(({ id }) => id),
    close: async () => {
      await Promise.all([firestore.terminate(), behindProxy.terminate()]);
      proxy.stop();
    },
  };
}
