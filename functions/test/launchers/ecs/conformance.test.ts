import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { readSettings } from "@meeting-bot/core";
import { type Fault, failureReasons } from "../../../../sandbox/src/ecs/faults.ts";
import {
  parseTaskDefinition,
  type TaskDefinition,
} from "../../../../sandbox/src/ecs/task-definition.ts";
import { ROOT } from "../../../../sandbox/src/root.ts";
import { CLUSTER, REGION, TestEcs } from "../../../../sandbox/test/ecs/local-ecs.ts";
import { eventually } from "../../../../test/eventually.ts";
import { connectEcs } from "../../../src/launchers/ecs/launcher.ts";
import { ecsSettings } from "../../../src/launchers/ecs/settings.ts";
import { launchersAt } from "../launcher-contract/link.ts";
import {
  BOT_IMAGE,
  GRACE_MS,
  MANAGER_IMAGE,
  STAND_INS,
} from "../launcher-contract/stand-in-images.ts";
import type { Fate, LauncherWorld } from "../launcher-contract/world.ts";
import { describeLauncher } from "../launcher-suite.ts";

const FATES: Record<Fate, { fault: Fault; words: string }> = {
  refused: {
    fault: { kind: "refuse", type: "AccessDeniedException" },
    words: "is not authorized to perform: ecs:RunTask",
  },
  "over-quota": { fault: { kind: "failures", reason: "quota" }, words: failureReasons.quota },
  unanswered: { fault: { kind: "silent" }, words: "" },
  unstartable: {
    fault: { kind: "obstacle", obstacle: "CannotPullContainerError" },
    words: "CannotPullContainerError",
  },
};

/** What a deployment fills in. */
const VALUES: Readonly<Record<string, string>> = {
  MANAGER_IMAGE,
  MEETING_BOT_IMAGE: BOT_IMAGE,
  GCP_PROJECT_ID: "demo-test",
  FIRESTORE_DATABASE: "(default)",
  GCP_DEFAULT_REGION: "us-central1",
  GOOGLE_WORKLOAD_IDENTITY_AUDIENCE: "//iam.googleapis.com/provider",
  ECS_TASK_ROLE_ARN: "arn:aws:iam::123456789012:role/task",
  ECS_EXECUTION_ROLE_ARN: "arn:aws:iam::123456789012:role/execution",
  ECS_LOG_GROUP: "/meeting-bot",
  ECS_REGION: REGION,
};

/** The task definition that a deployment registers, with the stand-ins as its images. */
async function deployedDefinition(): Promise<TaskDefinition> {
  const template = await readFile(join(ROOT, "deploy/ecs/task-definition.json"), "utf8");
  return parseTaskDefinition(template.replaceAll(/\$\{(\w+)\}/g, (_, name) => VALUES[name] ?? ""));
}

function connectTo(address: string, launchTimeoutSeconds: number) {
  const settings = readSettings(ecsSettings, {
    ECS_REGION: REGION,
    ECS_CLUSTER: CLUSTER,
    ECS_SUBNETS: "subnet-0a1b2c3d",
    ECS_SECURITY_GROUPS: "sg-0a1b2c3d",
    ECS_ENDPOINT: address,
  });
  return connectEcs(settings, { launchTimeoutSeconds });
}

async function start(): Promise<LauncherWorld> {
  const ecs = await TestEcs.start([await deployedDefinition()], {
    images: STAND_INS,
    killGraceMs: GRACE_MS,
  });
  const { server } = ecs;
  return {
    ...(await launchersAt(`${server.host}:${server.port}`, connectTo)),
    accepted: () => server.tasks().length,
    decide: (fate) => {
      server.inject(FATES[fate].fault);
      return FATES[fate].words;
    },
    // A task that stopped long ago is forgotten.
    vanish: async ({ name }) => {
      await ecs.stopTask(name);
      const task = await eventually(() =>
        server.tasks().find((each) => each.arn === name && each.endedAt),
      );
      task.endedAt = 0;
    },
    stop: () => ecs.stop(),
  };
}

describeLauncher("ECS", {
  kind: "ecs",
  start,
  repeats: "the same execution",
  acceptsUnseen: true,
  // The manager does, by what its launch tells it.
  timesOut: false,
});
