import { rm } from "node:fs/promises";
import type { BotInstance } from "@meeting-bot/core";
import { toBotIdentity } from "../bot/bot-identity.ts";
import { findRecordings } from "../bot/recording-files.ts";
import type { Config } from "../config.ts";
import type { Logs } from "../logs.ts";

/**
 * Removes the recordings of an instance's bot: those that are stored, or that another attempt has left
 * on a volume that outlives it. They may be another user's: what cannot be removed is only logged.
 */
export async function removeBotFiles(
  { config, logs }: { config: Config; logs: Logs },
  { creatorUserId, id }: BotInstance,
): Promise<void> {
  const files = await findRecordings(config.scratchDir, toBotIdentity(creatorUserId, id));
  for (const { path } of files) await rm(path, { force: true }).catch(logs.fileLeft);
}
