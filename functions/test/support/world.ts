import { randomUUID } from "node:crypto";
import { MINUTE } from "@meeting-bot/core";
import {
  firestoreUnderTest,
  type StoreUnderTest,
} from "../../../core/test/support/firestore-under-test.ts";
import { claimInstance } from "../../src/use-cases/claim-instance.ts";
import { type ReconcileServices, reconcile } from "../../src/use-cases/reconcile.ts";
import { serveMeeting } from "../../src/use-cases/serve-meeting.ts";
import { type SweepServices, sweepDue } from "../../src/use-cases/sweep-due.ts";
import { captureLogs } from "./capture-logs.ts";
import { RecordingLauncher } from "./recording-launcher.ts";
import { RecordingTimer } from "./recording-timer.ts";

/** The scope of everything that these tests launch. */
export const SCOPE = "test/(default)";
export const LINK = "https://meet.google.com/abc-defg-hij";
/** So far in the past that whatever was due then is due now. */
export const ago = (ms: number) => new Date(Date.now() - ms);

/** The use-cases on a real database, with a launcher that starts nothing and a timer that wakes nobody. */
export class World {
  readonly launcher = new RecordingLauncher();
  readonly timer = new RecordingTimer();
  /** All that was logged. */
  logs = "";
  readonly database: StoreUnderTest;
  readonly services: SweepServices & ReconcileServices;

  constructor(database: StoreUnderTest) {
    this.database = database;
    this.services = {
      store: database.store,
      launcher: async () => this.launcher,
      launcherOf: async () => this.launcher,
      timer: async () => this.timer,
      requestOf: (instance, token) => ({
        instance,
        token,
        environment: { INSTANCE: instance.id, TOKEN: token },
        botEnvironment: {},
        timeoutSeconds: 60,
      }),
      scope: SCOPE,
      newId: randomUUID,
      random: () => 0.5,
      now: Date.now,
      controllerId: "test",
      joinLeadMs: 2 * MINUTE,
      pageSize: 2,
    };
  }

  static async open(): Promise<World> {
    return new World(await firestoreUnderTest());
  }

  close(): Promise<void> {
    return this.database.close();
  }

  /** Delivers a meeting's event, several times at once if asked to. */
  serve(meetingPath: string, times = 1): Promise<void> {
    return this.#run(() => serveMeeting(this.services, meetingPath), times);
  }

  /** Delivers the event of an instance that others made, several times at once if asked to. */
  claim(id: string, times = 1): Promise<void> {
    return this.#run(() => claimInstance(this.services, id), times);
  }

  sweep(times = 1): Promise<void> {
    return this.#run(() => sweepDue(this.services), times);
  }

  reconcile(): Promise<void> {
    return this.#run(() => reconcile(this.services), 1);
  }

  async #run(useCase: () => Promise<unknown>, times: number): Promise<void> {
    const runs = () => Promise.all(Array.from({ length: times }, useCase));
    this.logs += await captureLogs(runs);
  }

  writeMeeting(fields: Record<string, unknown> = {}, path = "meetings/one"): Promise<void> {
    return this.database.write(path, { meeting_url: LINK, status: "scheduled", ...fields });
  }

  writeInstance(fields: Record<string, unknown> = {}, id = "x"): Promise<void> {
    return this.database.write(`bot_instances/${id}`, {
      meeting_url: LINK,
      status: "queued",
      ...fields,
    });
  }

  async meeting(path = "meetings/one"): Promise<Record<string, unknown>> {
    return (await this.database.read(path)) ?? {};
  }

  /** An instance; the only one when no id is given. */
  async instance(id?: string): Promise<Record<string, unknown>> {
    const [only, ...others] = id ? [id] : await this.database.list("bot_instances");
    if (only === undefined || others.length > 0) throw new Error("there is not exactly one");
    return (await this.database.read(`bot_instances/${only}`)) ?? {};
  }
}
