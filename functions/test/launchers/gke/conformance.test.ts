import { readSettings } from "@meeting-bot/core";
import type { Fault } from "../../../../sandbox/src/kubernetes/faults.ts";
import { refusals } from "../../../../sandbox/src/kubernetes/refusals.ts";
import { TestKubernetes } from "../../../../sandbox/test/kubernetes/local-kubernetes.ts";
import { readConfig } from "../../../src/config.ts";
import { connectGke } from "../../../src/launchers/gke/launcher.ts";
import { gkeSettings } from "../../../src/launchers/gke/settings.ts";
import { ended } from "../launcher-contract/bench.ts";
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
    fault: { kind: "refuse", answer: refusals.forbidden },
    words: 'cannot create resource "jobs"',
  },
  "over-quota": { fault: { kind: "refuse", answer: refusals.quota }, words: "exceeded quota" },
  unanswered: { fault: { kind: "silent" }, words: "" },
  unstartable: {
    fault: { kind: "obstacle", obstacle: "image-pull-back-off" },
    words: "ImagePullBackOff",
  },
};

function connectTo(address: string, timeoutSeconds: number) {
  const settings = readSettings(gkeSettings, {
    MANAGER_IMAGE,
    MEETING_BOT_IMAGE: BOT_IMAGE,
    KUBERNETES_ENDPOINT: address,
  });
  const config = readConfig({
    GCP_PROJECT_ID: "demo-test",
    GCS_BUCKET: "bucket",
    LAUNCH_TIMEOUT_SECONDS: String(timeoutSeconds),
    // Added to a Job's time-out, which counts from its creation: the manager must have started by then.
    CLAIM_TTL_SECONDS: "20",
  });
  return connectGke(settings, config);
}

async function start(): Promise<LauncherWorld> {
  const kubernetes = await TestKubernetes.start({
    images: STAND_INS,
    killGraceMs: GRACE_MS,
    containerPorts: [3000, 8081],
  });
  const { server } = kubernetes;
  const launchers = await launchersAt(`${server.host}:${server.port}`, connectTo);
  return {
    ...launchers,
    accepted: () => server.jobs().length,
    decide: (fate) => {
      server.inject(FATES[fate].fault);
      return FATES[fate].words;
    },
    // As `kubectl delete job` does.
    vanish: async (execution) => {
      await launchers.launcher.cancel(execution);
      await ended(launchers.launcher, execution);
    },
    stop: () => kubernetes.stop(),
  };
}

describeLauncher("Kubernetes", {
  kind: "gke",
  start,
  repeats: "the same execution",
  acceptsUnseen: true,
  timesOut: true,
});
