import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { status } from "@grpc/grpc-js";
import { renderJob } from "../../../../deploy/cloud-run/render.ts";
import type { Fault } from "../../../../sandbox/src/cloud-run/faults.ts";
import { parseJob } from "../../../../sandbox/src/cloud-run/job-yaml.ts";
import { obstacles } from "../../../../sandbox/src/cloud-run/obstacles.ts";
import { ROOT } from "../../../../sandbox/src/root.ts";
import { TestCloudRun } from "../../../../sandbox/test/cloud-run/local-cloud-run.ts";
import { launchersAt } from "../launcher-contract/link.ts";
import {
  BOT_IMAGE,
  GRACE_MS,
  MANAGER_IMAGE,
  STAND_INS,
} from "../launcher-contract/stand-in-images.ts";
import type { Fate, LauncherWorld } from "../launcher-contract/world.ts";
import { describeLauncher } from "../launcher-suite.ts";
import { connectTo, PROJECT } from "./launcher-under-test.ts";

const REFUSAL = "Permission 'run.jobs.runWithOverrides' denied.";
const NO_QUOTA = "Quota exceeded for quota metric 'Job run requests'.";
const FATES: Record<Fate, { fault: Fault; words: string }> = {
  refused: {
    fault: { kind: "refuse", code: status.PERMISSION_DENIED, message: REFUSAL },
    words: REFUSAL,
  },
  "over-quota": {
    fault: { kind: "refuse", code: status.RESOURCE_EXHAUSTED, message: NO_QUOTA },
    words: NO_QUOTA,
  },
  unanswered: { fault: { kind: "silent" }, words: "" },
  unstartable: {
    fault: { kind: "obstacle", obstacle: "image-not-found" },
    words: obstacles["image-not-found"].message,
  },
};

/** The job that a deployment applies, with the stand-ins as its images. */
async function deployedJob() {
  const template = await readFile(join(ROOT, "deploy/cloud-run/job.yaml"), "utf8");
  return parseJob(renderJob(template, { ...PROJECT, MANAGER_IMAGE, MEETING_BOT_IMAGE: BOT_IMAGE }));
}

async function start(): Promise<LauncherWorld> {
  const run = await TestCloudRun.start([await deployedJob()], {
    images: STAND_INS,
    killGraceMs: GRACE_MS,
  });
  return {
    ...(await launchersAt(`${run.server.host}:${run.server.port}`, connectTo)),
    accepted: () => run.server.executions().length,
    decide: (fate) => {
      run.server.inject(FATES[fate].fault);
      return FATES[fate].words;
    },
    vanish: async ({ name }) => void (await run.executions.deleteExecution({ name })),
    stop: () => run.stop(),
  };
}

describeLauncher("Cloud Run", {
  kind: "cloud-run",
  start,
  // `RunJob` has no request id.
  repeats: "another execution",
  acceptsUnseen: true,
  timesOut: true,
});
