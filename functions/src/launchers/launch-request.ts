import {
  BOT_INSTANCES,
  type BotInstance,
  type LaunchRequest,
  leaseSettings,
  longestWaitMinutes,
  parseRecordingOptions,
} from "@meeting-bot/core";
import type { Config } from "../config.ts";

/** The longest value of an environment variable on Cloud Run: a longer one would have the launch refused. */
const MAX_VALUE_BYTES = 32 * 1024;

/** What one's own executions carry, so that nobody else ends them: `project/database`. */
export function scopeOf({ projectId, database }: Pick<Config, "projectId" | "database">): string {
  return `${projectId}/${database}`;
}

/** What the launch of an instance hands to the platform. A document gives values, never names. */
export function launchRequest(instance: BotInstance, token: string, config: Config): LaunchRequest {
  return {
    instance,
    token,
    environment: managerEnvironment(instance, token, config),
    botEnvironment: {
      ...config.forwardedToBot,
      [leaseSettings.maxRecordingMinutes.name]: String(recordingMinutes(instance, config)),
    },
    timeoutSeconds: Math.ceil(timeoutMinutes(config) * 60),
  };
}

/**
 * What matters is the instance's path and the token; meeting links stay out of it, since they carry
 * passwords and executions are readable.
 */
function managerEnvironment(
  instance: BotInstance,
  token: string,
  config: Config,
): Record<string, string> {
  return {
    ...config.forwarded,
    ...forImagesThatWantThem(instance),
    BOT_INSTANCE_PATH: `${BOT_INSTANCES}/${instance.id}`,
    BOT_SCOPE: scopeOf(config),
    CLAIM_TOKEN: token,
    EXECUTION_ATTEMPT: String(instance.attempt),
    GCP_PROJECT_ID: config.projectId,
    GCP_DEFAULT_REGION: config.region,
    FIRESTORE_DATABASE: config.database,
  };
}

function forImagesThatWantThem(instance: BotInstance): Record<string, string> {
  const values = {
    BOT_NAME: instance.botName,
    CREATOR_ORGANIZATION_ID: instance.creatorOrganizationId,
    CREATOR_USER_ID: instance.creatorUserId,
    GCS_PATH: instance.gcsPath,
  };
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => isValue(entry[1])),
  );
}

/** No system takes a zero byte in a variable. */
function isValue(value: unknown): value is string {
  const isText = typeof value === "string" && !value.includes("\0");
  return isText && Buffer.byteLength(value) <= MAX_VALUE_BYTES;
}

/** The bot's own limit, or what the meeting asks for where that is less; what cannot be read is no wish. */
function recordingMinutes({ recordingOptions }: BotInstance, config: Config): number {
  const parsed = parseRecordingOptions(recordingOptions, config);
  const wanted = parsed.ok ? parsed.options.maxDurationMinutes : undefined;
  return Math.min(Math.floor(wanted ?? Number.POSITIVE_INFINITY), config.maxRecordingMinutes);
}

function timeoutMinutes(config: Config): number {
  return Math.min(longestWaitMinutes(config) + config.processingMinutes, config.jobTimeoutMinutes);
}
