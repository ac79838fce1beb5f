import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { startEcs } from "../ecs/server.ts";
import { parseTaskDefinition } from "../ecs/task-definition.ts";
import { ROOT } from "../root.ts";
import { BOT_IMAGE, localImages, MANAGER_IMAGE } from "./images.ts";
import type { Platform, PlatformOptions } from "./platform.ts";

const CLUSTER = "meeting-bot";
const REGION = "us-east-1";

/** Starts the local ECS with the task definition that a deployment registers. */
export async function startEcsPlatform({
  projectId,
  bot,
  ...options
}: PlatformOptions): Promise<Platform> {
  const definition = await loadTaskDefinition({ GCP_PROJECT_ID: projectId });
  const ecs = await startEcs({
    ...options,
    region: REGION,
    clusters: [CLUSTER],
    taskDefinitions: [parseTaskDefinition(definition)],
    images: localImages(bot),
  });
  return {
    functionsEnv: {
      LAUNCHER: "ecs",
      ECS_ENDPOINT: `${ecs.host}:${ecs.port}`,
      ECS_REGION: REGION,
      ECS_CLUSTER: CLUSTER,
      ECS_SUBNETS: "subnet-0123456789abcdef0",
      ECS_SECURITY_GROUPS: "sg-0123456789abcdef0",
    },
    stop: () => ecs.stop(),
  };
}

/** The task definition with what a deployment would fill in. */
async function loadTaskDefinition(values: Readonly<Record<string, string>>): Promise<string> {
  const template = await readFile(join(ROOT, "deploy/ecs/task-definition.json"), "utf8");
  const known: Readonly<Record<string, string>> = {
    MANAGER_IMAGE,
    MEETING_BOT_IMAGE: BOT_IMAGE,
    FIRESTORE_DATABASE: "(default)",
    GCP_DEFAULT_REGION: "us-central1",
    GOOGLE_WORKLOAD_IDENTITY_AUDIENCE: "",
    ECS_TASK_ROLE_ARN: "arn:aws:iam::123456789012:role/meeting-bot-task",
    ECS_EXECUTION_ROLE_ARN: "arn:aws:iam::123456789012:role/meeting-bot-execution",
    ECS_LOG_GROUP: "/meeting-bot",
    ECS_REGION: REGION,
    ...values,
  };
  return template.replace(/\$\{([A-Z_]+)\}/g, (_, name: string) => {
    const value = known[name];
    if (value === undefined) throw new Error(`Nothing fills in \${${name}}.`);
    return value;
  });
}
