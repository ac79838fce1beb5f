import { randomUUID } from "node:crypto";
import {
  FirestoreBackfillStore,
  FirestoreBotInstanceStore,
  FirestoreWebhookStore,
  namingOf,
  type RecordingStore,
  SECOND,
  storageLocation,
  type Timer,
} from "@meeting-bot/core";
import { openRecordingStore } from "@meeting-bot/storage";
import { type App, getApps, initializeApp } from "firebase-admin/app";
import { getFirestore } from "firebase-admin/firestore";
import { type Config, configFor, readConfig } from "./config.ts";
import { launchRequest, scopeOf } from "./launchers/launch-request.ts";
import { openLaunchers } from "./launchers/open-launchers.ts";
import { buildLauncher } from "./launchers/registry.ts";
import { lazily } from "./lazily.ts";
import { readS3Keys, readSecretList, s3Keys, webhookSecrets } from "./secrets.ts";
import { DELIVERY_TASKS } from "./timers/delivery-queue.ts";
import { LAUNCH_TASKS } from "./timers/launch-queue.ts";
import type { TaskKind } from "./timers/task.ts";
import type { BackfillServices } from "./use-cases/backfill.ts";
import type { DeliverServices } from "./use-cases/deliver-webhook.ts";
import type { ReconcileServices } from "./use-cases/reconcile.ts";
import type { SweepServices } from "./use-cases/sweep-due.ts";
import { post } from "./webhooks/post.ts";
import { LEAST_MASTER_CHARACTERS } from "./webhooks/signing.ts";

/** Everything that the use-cases need, built from the configuration. */
export interface Services
  extends SweepServices,
    ReconcileServices,
    BackfillServices,
    DeliverServices {
  config: Config;
  recordings(): Promise<RecordingStore>;
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
  const launchers = openLaunchers(config.launcher, (kind) =>
    buildLauncher(configFor(kind, config)),
  );
  // Loading the platform's SDK takes longer than the transaction that precedes the launch. Who launches
  // is told of a failure; most functions do not.
  launchers.configured().catch(() => {});
  const naming = namingOf(config);
  return {
    config,
    store: new FirestoreBotInstanceStore(firestore, naming, config),
    launcher: launchers.configured,
    launcherOf: launchers.of,
    timer: () => connectTimer(app, config, LAUNCH_TASKS),
    backfill: new FirestoreBackfillStore(firestore, config, naming.meeting),
    judging: { rules: config, naming: naming.meeting },
    backfillReadsPerDay: config.backfillReadsPerDay,
    webhooks: new FirestoreWebhookStore(firestore),
    deliveryTimer: () => connectTimer(app, config, DELIVERY_TASKS),
    webhookMasters: () =>
      readSecretList(webhookSecrets.name, webhookSecrets.value(), LEAST_MASTER_CHARACTERS),
    post: (message) => post(message, { allowLocal: config.allowLocalEndpoints }),
    regions: { gs: config.storageRegion, s3: config.s3Region },
    recordings: lazily(() => openRecordings(config)),
    recordingsAt: storageLocation(config),
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
async function connectTimer(app: App, { region }: Config, kind: TaskKind): Promise<Timer> {
  const { connectCloudTasks } = await import("./timers/cloud-tasks-timer.ts");
  return connectCloudTasks(app, region, kind);
}

/** Few invocations look at recordings: the bucket's SDK is loaded by the first that does. */
async function openRecordings(config: Config): Promise<RecordingStore> {
  const { s3Region: region, s3Endpoint: endpoint, s3Addressing: addressing } = config;
  const location = storageLocation(config);
  const credentials = location.startsWith("s3:") ? await s3Credentials(config) : undefined;
  return openRecordingStore(location, { s3: { region, endpoint, addressing, credentials } });
}

async function s3Credentials({ s3RoleArn: roleArn, s3RoleAudience, s3Region }: Config) {
  if (!roleArn) return readS3Keys(s3Keys.name, s3Keys.value());
  const { assumeRole } = await import("./aws-role.ts");
  return assumeRole({ roleArn, roleAudience: s3RoleAudience, region: s3Region, stsEndpoint: "" });
}
