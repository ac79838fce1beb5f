import { randomUUID } from "node:crypto";
import { Firestore } from "@google-cloud/firestore";
import { FirestoreBotInstanceStore, namingOf, storageLocation } from "@meeting-bot/core";
import { openRecordingStore } from "@meeting-bot/storage";
import { systemClock } from "./bot/clock.ts";
import { HttpMeetingBotClient } from "./bot/meeting-bot-client.ts";
import { bufferCollector } from "./buffer-collector.ts";
import { type Config, readConfig } from "./config.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";
import { type Logs, makeLogs } from "./logs.ts";
import { type ManagerServices, runManager } from "./manager.ts";
import { findFfmpegBinaries } from "./media/ffmpeg-binaries.ts";
import { findExecution } from "./platform/execution.ts";
import { federatedClient } from "./platform/google-credentials.ts";
import { freeBytesAt } from "./scratch/disk-watch.ts";
import { stopBot } from "./stop-bot.ts";
import { endWithSupervisor } from "./supervisor/end-with-supervisor.ts";
import { sayReady } from "./supervisor/ready.ts";

const MEBIBYTE = 1024 * 1024;
const LOOK_AT_BUFFERS_MS = 100;

endWithSupervisor();
keepBuffersFew();
const terminated = new AbortController();
process.on("SIGTERM", () => terminated.abort());
sayReady();

// Not `exitCode`, and no `terminate`: both wait for requests, and when nobody answers that is a minute and more.
process.exit(await main());

/** Without the supervisor's flags there is nothing to collect with, and V8 does it in its own time. */
function keepBuffersFew(): void {
  if (!globalThis.gc) return;
  const look = bufferCollector(() => process.memoryUsage().arrayBuffers, globalThis.gc);
  setInterval(look, LOOK_AT_BUFFERS_MS).unref();
}

async function main(): Promise<ExitCode> {
  try {
    return await run(readConfig());
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    return EXIT.misconfigured;
  }
}

async function run(config: Config): Promise<ExitCode> {
  const logs = makeLogs(config.botInstanceId, config.logLevel);
  const services = await compose(config, logs);
  process.on("uncaughtException", (error) => {
    logs.crashed(error);
    process.exit(EXIT.crashed);
  });
  try {
    return await runManager(services, terminated.signal);
  } catch (error) {
    logs.crashed(error);
    return EXIT.crashed;
  }
}

/** Makes the adapters that the manager needs; throws where the configuration does not fit the platform. */
async function compose(config: Config, logs: Logs): Promise<ManagerServices> {
  const { projectId, database: databaseId, platform } = config;
  const authClient = federatedClient(config, platform);
  const firestore = new Firestore({ projectId, databaseId, ...(authClient && { authClient }) });
  const client = new HttpMeetingBotClient({ baseUrl: config.botUrl, clock: systemClock });
  const openStore = (location: string) =>
    openRecordingStore(location, {
      chunkBytes: config.uploadChunkMebibytes * MEBIBYTE,
      authClient,
      s3: {
        region: config.s3Region,
        endpoint: config.s3Endpoint,
        addressing: config.s3Addressing,
      },
    });
  return {
    config,
    client,
    logs,
    clock: systemClock,
    store: new FirestoreBotInstanceStore(firestore, namingOf(config), config),
    recordings: await openStore(storageLocation(config)),
    openStore,
    execution: await findExecution(platform),
    findBinaries: () => findFfmpegBinaries(config),
    freeBytes: () => freeBytesAt(config.scratchDir),
    stopBot: onlyOnce(() => stopBot(config.stopFile, client, logs.botNotStopped)),
    newId: randomUUID,
    random: Math.random,
  };
}

/** Whoever asks again waits for what is under way: a bot that does not answer must not cost the time twice. */
function onlyOnce<T>(action: () => T): () => T {
  let result: { value: T } | undefined;
  return () => {
    result ??= { value: action() };
    return result.value;
  };
}
