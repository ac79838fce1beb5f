import { randomUUID } from "node:crypto";
import { FirestoreBotInstanceStore, namingOf, SECOND } from "@meeting-bot/core";
import { getApps, initializeApp } from "firebase-admin/app";
import { getFirestore } from "firebase-admin/firestore";
import { type Config, readConfig } from "./config.ts";
import { launchEnvironment } from "./launchers/launch-environment.ts";
import { buildLauncher } from "./launchers/registry.ts";
import type { SweepServices } from "./use-cases/sweep-due.ts";

/** Everything that the use-cases need, built from the configuration. */
export interface Services extends SweepServices {
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
    environmentOf: (instance, token) => launchEnvironment(instance, token, config),
    newId: randomUUID,
    random: Math.random,
    now: Date.now,
    controllerId: config.controllerId,
    joinLeadMs: config.joinLeadSeconds * SECOND,
    pageSize: config.sweepPageSize,
  };
}
