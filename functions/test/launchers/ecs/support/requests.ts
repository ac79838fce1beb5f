import type { LaunchRequest } from "@meeting-bot/core";
import { queued } from "../../../../../core/test/support/instances.ts";

export const SCOPE = "demo-test/(default)";
export const TOKEN = "3f0c2a58-0b5c-4c1e-9a0e-0d7f4a1c2b3d";
export const REGION = "eu-central-1";

/** A launch as the functions ask for it. */
export const REQUEST: LaunchRequest = {
  instance: queued({ id: "x" }),
  token: TOKEN,
  environment: { CLAIM_TOKEN: TOKEN, BOT_INSTANCE_PATH: "bot_instances/x", BOT_SCOPE: SCOPE },
  botEnvironment: { MAX_RECORDING_DURATION_MINUTES: "60" },
  timeoutSeconds: 45,
};

export const TASK = {
  cluster: "recorders",
  taskDefinition: "recorder",
  subnets: ["subnet-a", "subnet-b"],
  securityGroups: ["sg-a"],
  capacityProvider: "",
};

/** The ARN of a task of the cluster above. */
export const arnOf = (id: string) => `arn:aws:ecs:${REGION}:123456789012:task/recorders/${id}`;
