import type { Firestore } from "@google-cloud/firestore";
import {
  emulatorAddress,
  newProjectId,
  openFirestore,
} from "../../../../core/test/support/emulator.ts";
import { binaryMessage } from "../../../../sandbox/src/binary-event.ts";
import { startTaskQueues, type TaskQueues } from "../../../../sandbox/src/tasks/task-queues.ts";
import {
  type EventFields,
  type Happening,
  writtenEvent,
} from "../../../../sandbox/src/written-event.ts";
import { ManualTimers } from "../../../../sandbox/test/tasks/manual-timers.ts";
import { DELIVERY_QUEUE, DELIVERY_TASKS } from "../../../src/timers/delivery-queue.ts";
import { LAUNCH_QUEUE, LAUNCH_TASKS } from "../../../src/timers/launch-queue.ts";

/** A trigger as the platform calls it: with a CloudEvent. */
export type Trigger = (event: never) => unknown;

/** The triggers, composed as they are deployed, on an empty database. */
export class TriggerWorld {
  readonly firestore: Firestore;
  readonly #projectId: string;
  readonly #queues: TaskQueues;
  readonly #before: NodeJS.ProcessEnv;

  private constructor(projectId: string, queues: TaskQueues, before: NodeJS.ProcessEnv) {
    this.firestore = openFirestore(projectId);
    // Making a client takes it away again.
    process.env["FIRESTORE_EMULATOR_HOST"] = emulatorAddress();
    this.#projectId = projectId;
    this.#queues = queues;
    this.#before = before;
  }

  /** Sets this process's environment as the platform would; `close` takes it back. */
  static async open(settings: Readonly<Record<string, string>> = {}): Promise<TriggerWorld> {
    const projectId = newProjectId();
    const queues = await startTaskQueues({
      queues: {
        [LAUNCH_TASKS.functionName]: LAUNCH_QUEUE,
        [DELIVERY_TASKS.functionName]: DELIVERY_QUEUE,
      },
      functionsUrl: "http://127.0.0.1:9",
      timers: new ManualTimers(Date.now()),
    });
    const environment = {
      GCLOUD_PROJECT: projectId,
      FIREBASE_CONFIG: JSON.stringify({ projectId }),
      GCS_BUCKET: "recordings",
      LOG_LEVEL: "WARNING",
      FIRESTORE_EMULATOR_HOST: emulatorAddress(),
      CLOUD_TASKS_EMULATOR_HOST: queues.host,
      ...settings,
    };
    const before = Object.fromEntries(
      Object.keys(environment).map((name) => [name, process.env[name]]),
    );
    Object.assign(process.env, environment);
    return new TriggerWorld(projectId, queues, before);
  }

  /**
   * Has a trigger called as the functions framework does after Node has read an event of binary mode:
   * each byte of a header is a character, and blanks around it are gone.
   */
  async deliver(
    trigger: Trigger,
    path: string,
    fields: EventFields,
    happening: Happening = "written",
    writtenAt = new Date(),
  ): Promise<void> {
    const written = writtenEvent(this.#projectId, path, fields, happening);
    const { headers, body } = binaryMessage({ ...written, time: writtenAt.toISOString() });
    const attributes = Object.entries(headers)
      .filter(([name]) => name.startsWith("ce-"))
      .map(([name, value]) => [name.slice("ce-".length), value.trim()]);
    const datacontenttype = headers["content-type"];
    const event = { ...Object.fromEntries(attributes), datacontenttype, data: body };
    await trigger(event as never);
  }

  /** How many tasks wait in each queue. */
  waiting(): Record<string, number> {
    const stats = Object.entries(this.#queues.stats());
    return Object.fromEntries(stats.map(([name, { enqueued }]) => [name, enqueued]));
  }

  /** Whether a queue has this very task. */
  async hasTask(functionName: string, id: string): Promise<boolean> {
    const queue = `projects/${this.#projectId}/locations/us-central1/queues/${functionName}`;
    const url = `http://${this.#queues.host}/${queue}/tasks/${id}`;
    return (await fetch(url, { method: "DELETE" })).ok;
  }

  async close(): Promise<void> {
    for (const [name, value] of Object.entries(this.#before)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    await this.firestore.terminate();
    await this.#queues.stop();
  }
}
