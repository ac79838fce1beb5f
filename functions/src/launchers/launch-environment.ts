import { BOT_INSTANCES, type BotInstance } from "@meeting-bot/core";
import type { Config } from "../config.ts";

/**
 * The environment that a launch adds to the manager's container. What matters is the instance's path
 * and the token; meeting links stay out of it, since they carry passwords and executions are readable.
 */
export function launchEnvironment(
  instance: BotInstance,
  token: string,
  config: Config,
): Record<string, string> {
  return {
    ...config.forwarded,
    ...forImagesThatWantThem(instance),
    BOT_INSTANCE_PATH: `${BOT_INSTANCES}/${instance.id}`,
    BOT_SCOPE: `${config.projectId}/${config.database}`,
    CLAIM_TOKEN: token,
    GCP_PROJECT_ID: config.projectId,
    FIRESTORE_DATABASE: config.database,
    GCS_BUCKET: config.bucket,
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
    Object.entries(values).filter(
      (entry): entry is [string, string] => typeof entry[1] === "string",
    ),
  );
}
