import { hashOf, type LaunchRequest, type SettingValues } from "@meeting-bot/core";
import type { Overrides } from "./overrides.ts";
import type { ecsSettings } from "./settings.ts";

/** Which task, and where. */
export type TaskSettings = Pick<
  SettingValues<typeof ecsSettings>,
  "cluster" | "taskDefinition" | "subnets" | "securityGroups" | "capacityProvider"
>;

const MAX_TAG_LENGTH = 256;

/** What `RunTask` is asked for. The claim's token makes a repeat of it the same task, for up to 24 hours. */
export function runTaskInput(request: LaunchRequest, overrides: Overrides, settings: TaskSettings) {
  const scope = request.environment["BOT_SCOPE"] ?? "";
  return {
    cluster: settings.cluster,
    taskDefinition: settings.taskDefinition,
    clientToken: request.token,
    count: 1,
    startedBy: startedBy(scope),
    ...capacityOf(settings),
    networkConfiguration: {
      awsvpcConfiguration: {
        subnets: [...settings.subnets],
        securityGroups: [...settings.securityGroups],
        assignPublicIp: "DISABLED" as const,
      },
    },
    overrides,
    // For people and bills. What is compared is read from the overrides, which hold any character.
    tags: [
      { key: "bot-scope", value: tagValue(scope) },
      { key: "bot-instance", value: tagValue(request.instance.id) },
      { key: "claim-token", value: tagValue(request.token) },
    ],
    propagateTags: "TASK_DEFINITION" as const,
    enableECSManagedTags: true,
  };
}

/** By what `ListTasks` finds the tasks of a scope, whose own characters it does not allow. */
export function startedBy(scope: string): string {
  return `meeting-bot-${hashOf(scope)}`;
}

function capacityOf({ capacityProvider }: TaskSettings) {
  const platformVersion = "LATEST";
  if (capacityProvider === "") return { launchType: "FARGATE" as const, platformVersion };
  return { capacityProviderStrategy: [{ capacityProvider, weight: 1 }], platformVersion };
}

/** What AWS allows in a tag: these characters, and `aws:` only for itself. */
function tagValue(value: string): string {
  return value
    .replaceAll(/[^\p{L}\p{N}\s+\-=._:/@]/gu, "_")
    .replace(/^(aws):/i, "$1_")
    .slice(0, MAX_TAG_LENGTH);
}
