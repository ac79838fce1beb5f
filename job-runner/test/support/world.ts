import type { DocumentData, DocumentReference, Firestore } from "@google-cloud/firestore";
import {
  BOT_INSTANCES,
  type BotInstance,
  botInstanceDocument,
  claim,
  type Decide,
  FirestoreBotInstanceStore,
  reclaim,
} from "@meeting-bot/core";
import { newProjectId, openFirestore } from "../../../core/test/support/emulator.ts";
import { claimed, NAMING, NOW, RULES } from "../../../core/test/support/instances.ts";
import { type StorageFake, startStorageFake } from "../../../sandbox/src/storage-fake/index.ts";
import { waitForDocument } from "../../../sandbox/src/wait-for-document.ts";
import { type Execution, type ExecutionOptions, startExecution } from "./execution.ts";

/** Where the link leads that instances are made with; the password must show up nowhere. */
export const PASSWORD = "hunter2-hunter2";

/** A link to a simulated meeting. */
export function linkTo(query: string): string {
  return `https://meet.google.com/abc-defg-hij?pwd=${PASSWORD}&${query}`;
}

/** An execution, with the document that it works on. */
export interface Run extends Execution {
  ref: DocumentReference;
}

/** What a run is told besides where things are. */
export type RunOptions = Partial<
  Pick<ExecutionOptions, "token" | "manager" | "bot" | "supervised">
>;

/** A database and a bucket for the tests of a suite, with everything that runs in them. */
export class World {
  readonly projectId = newProjectId();
  readonly firestore: Firestore = openFirestore(this.projectId);
  readonly storage: StorageFake;
  readonly #executions: Execution[] = [];
  #count = 0;

  constructor(storage: StorageFake) {
    this.storage = storage;
  }

  /** Writes an instance that was claimed with the token `mine`, unless `fields` say otherwise. */
  async write(fields: Partial<BotInstance>): Promise<DocumentReference> {
    const id = `instance-${++this.#count}`;
    const ref = this.firestore.collection(BOT_INSTANCES).doc(id);
    const instance = claimed({ meetingPath: undefined, wantedLinks: 0, ...fields, id });
    await ref.set(botInstanceDocument(NAMING, RULES.maxAttempts).patch({}, instance));
    return ref;
  }

  /** Starts an execution for an instance. */
  async launch(ref: DocumentReference, options: RunOptions = {}): Promise<Run> {
    const execution = await startExecution({
      projectId: this.projectId,
      instanceId: ref.id,
      token: "mine",
      storageUrl: this.storage.url,
      ...options,
    });
    this.#executions.push(execution);
    return { ...execution, ref };
  }

  /** Writes an instance and starts an execution for it. */
  async run(fields: Partial<BotInstance>, options: RunOptions = {}): Promise<Run> {
    return this.launch(await this.write(fields), options);
  }

  /** Takes an instance from a manager that is gone and claims it anew, as the sweep would in the end. */
  async claimAgain(ref: DocumentReference, token: string): Promise<void> {
    const atItsTurn = ({ wakeAt = NOW }: BotInstance) => ({ now: wakeAt, rules: RULES });
    await this.#transact(ref, (instance) => {
      const lost = { token: instance.claimToken, by: "sweep", random: 0 };
      return reclaim(instance, { ...lost, verdict: { state: "not-found" } }, atItsTurn(instance));
    });
    await this.#transact(ref, (instance) =>
      claim(instance, { token, claimedBy: "sweep" }, atItsTurn(instance)),
    );
  }

  async #transact({ id }: DocumentReference, decide: Decide): Promise<void> {
    const store = new FirestoreBotInstanceStore(this.firestore, NAMING, RULES);
    const outcome = await store.transact(id, decide);
    if (!outcome.ok) throw new Error(`refused: ${outcome.reason}`);
  }

  async end(): Promise<void> {
    await Promise.all(this.#executions.map((execution) => execution.end()));
    await this.storage.stop();
    await this.firestore.terminate();
  }
}

/** Opens a world; `end` closes it. */
export async function openWorld(): Promise<World> {
  return new World(await startStorageFake());
}

/** Waits until an instance is in a phase. */
export function reachPhase(ref: DocumentReference, phase: string): Promise<DocumentData> {
  return waitForDocument(ref, (snapshot) =>
    snapshot.get("phase") === phase ? snapshot.data() : undefined,
  );
}

/** Waits until a manager has told that so many bytes of a recording are stored. */
export function reachStored(ref: DocumentReference, bytes = 1): Promise<DocumentData> {
  return waitForDocument(ref, (snapshot) =>
    snapshot.get("progress.bytes_stored") >= bytes ? snapshot.data() : undefined,
  );
}

/** The fields of a document as they are now. */
export async function fieldsOf(ref: DocumentReference): Promise<DocumentData> {
  return (await ref.get()).data() ?? {};
}
