import { randomUUID } from "node:crypto";
import { FirestoreBotInstanceStore, namingOf, SECOND, type Timer } from "@meeting-bot/core";
import { type App, getApps, initializeApp } from "firebase-admin/app";
import { getFirestore } from "firebase-admin/firestore";
import { type Config, readConfig } from "./config.ts";
import { launchRequest, scopeOf } from "./launchers/launch-request.ts";
import { buildLauncher } from "./launchers/registry.ts";
import type { ReconcileServices } from "./use-cases/reconcile.ts";
import type { SweepServices } from "./use-cases/sweep-due.ts";

/** Everything that the use-cases need, built from the configuration. */
export interface Services extends SweepServices, ReconcileServices {
  config: Config;
}

let composed: Services | undefined;

/** The services of this function instance; made at the first call, since the environment is complete only then. */
export function services(): Services {
  composed ??= compose(readConfig());
  return composed;
}

function compose(config: Config): Services {
  const app = getApps()[0] ?? initializeApp();
  const firestore = getFirestore(app, config.database);
  // Loading the platform's SDK takes longer than the transaction that precedes the launch.
  const launcher = buildLauncher(config);
  return {
    config,
    store: new FirestoreBotInstanceStore(firestore, namingOf(config), config),
    launcher: () => launcher,
    timer: () => connectTimer(app, config),
    requestOf: (instance, token) => launchRequest(instance, token, config),
    scope: scopeOf(config),
    newId: randomUUID,
    random: Math.random,
    now: Date.now,
    controllerId: config.controllerId,
    joinLeadMs: config.joinLeadSeconds * SECOND,
    pageSize: config.sweepPageSize,
  };
}

/** Most invocations set no timer: its SDK is loaded by the first that does. */
async function connectTimer(app: App, { region }: Config): Promise<Timer> {
  const { connectCloudTasks } = await import("./timers/cloud-tasks-timer.ts");
  return connectCloudTasks(app, region);
}
