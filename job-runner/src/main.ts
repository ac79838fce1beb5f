import { randomUUID } from "node:crypto";
import { Firestore } from "@google-cloud/firestore";
import { FirestoreBotInstanceStore, namingOf } from "@meeting-bot/core";
import { systemClock } from "./bot/clock.ts";
import { HttpMeetingBotClient } from "./bot/meeting-bot-client.ts";
import { type Config, readConfig } from "./config.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";
import { makeLogs } from "./logs.ts";
import { runManager } from "./manager.ts";
import { findFfmpegBinaries } from "./media/ffmpeg-binaries.ts";
import { freeBytesAt } from "./scratch/disk-watch.ts";
import { stopBot } from "./stop-bot.ts";
import { openRecordingStore } from "./storage/registry.ts";
import { endWithSupervisor } from "./supervisor/end-with-supervisor.ts";

endWithSupervisor();

const MEBIBYTE = 1024 * 1024;

// Not `exitCode`, and no `terminate`: both wait for requests, and when nobody answers that is a minute and more.
process.exit(await main());

async function main(): Promise<ExitCode> {
  let config: Config;
  try {
    config = readConfig();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    return EXIT.misconfigured;
  }
  return run(config);
}

/** The composition root: makes the adapters and hands them to the manager. */
async function run(config: Config): Promise<ExitCode> {
  const { projectId, database: databaseId } = config;
  const logs = makeLogs(config.botInstanceId, config.logLevel);
  const firestore = new Firestore({ projectId, databaseId });
  const client = new HttpMeetingBotClient({ baseUrl: config.botUrl, clock: systemClock });
  const terminated = new AbortController();
  process.on("SIGTERM", () => terminated.abort());
  process.on("uncaughtException", (error) => {
    logs.crashed(error);
    process.exit(EXIT.crashed);
  });
  try {
    const services = {
      config,
      client,
      logs,
      clock: systemClock,
      store: new FirestoreBotInstanceStore(firestore, namingOf(config), config),
      recordings: await openRecordingStore(`gs://${config.bucket}`, {
        chunkBytes: config.uploadChunkMebibytes * MEBIBYTE,
      }),
      findBinaries: () => findFfmpegBinaries(config),
      freeBytes: () => freeBytesAt(config.scratchDir),
      stopBot: onlyOnce(() => stopBot(config.stopFile, client, logs.botNotStopped)),
      newId: randomUUID,
      random: Math.random,
    };
    return await runManager(services, terminated.signal);
  } catch (error) {
    logs.crashed(error);
    return EXIT.crashed;
  }
}

/** Whoever asks again waits for what is under way: a bot that does not answer must not cost the time twice. */
function onlyOnce<T>(action: () => T): () => T {
  let result: { value: T } | undefined;
  return () => {
    result ??= { value: action() };
    return result.value;
  };
}
