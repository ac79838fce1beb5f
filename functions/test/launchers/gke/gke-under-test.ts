import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { type LaunchRequest, readSettings } from "@meeting-bot/core";
import { queued } from "../../../../core/test/support/instances.ts";
import { kubeConfigOf } from "../../../src/launchers/gke/credentials.ts";
import { toJob } from "../../../src/launchers/gke/job.ts";
import { type GkeJobs, GkeLauncher } from "../../../src/launchers/gke/launcher.ts";
import { gkeSettings } from "../../../src/launchers/gke/settings.ts";
import { type Answer, status } from "./scripted-kubernetes.ts";

/** What looks like a certificate authority. */
export const CA = Buffer.from("-----BEGIN CERTIFICATE-----\n").toString("base64");

/** The settings of a user who has set no more than they must; no cluster is named. */
export const VALUES = readSettings(gkeSettings, {
  MANAGER_IMAGE: "registry/manager:1",
  MEETING_BOT_IMAGE: "registry/bot:1",
});

/** How Jobs are made unless a test says otherwise. */
export const JOBS: GkeJobs = {
  ...VALUES,
  namespace: "bots",
  nodeWaitSeconds: 600,
  timeoutMs: 5000,
};

const TOKEN = "7a1f4a3e-3d1c-4a55-8f0f-0d5b8d0b2b11";
/** The scope of `REQUEST`. */
export const SCOPE = "demo-test/(default)";
/** A launch, nothing special about it. */
export const REQUEST: LaunchRequest = {
  instance: queued({ id: "x" }),
  token: TOKEN,
  environment: { CLAIM_TOKEN: TOKEN, BOT_INSTANCE_PATH: "bot_instances/x", BOT_SCOPE: SCOPE },
  botEnvironment: { MAX_RECORDING_DURATION_MINUTES: "60" },
  timeoutSeconds: 3600,
};

/** The name of its Job. */
export const JOB_NAME = `meeting-bot-${TOKEN}`;
/** What its launch comes to. */
export const EXECUTION = { launcher: "gke", name: `bots/${JOB_NAME}` };
/** What Kubernetes answers when it has made the Job. */
export const CREATED: Answer = { status: 201, body: toJob(REQUEST, JOBS) };
/** What it answers when there is none. */
export const NOT_FOUND = status(404, "NotFound", `jobs.batch "${JOB_NAME}" not found`);

/** An address where nobody listens any more. */
export async function desertedAddress(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return `127.0.0.1:${port}`;
}

/** Whoever has no credentials. */
export const noToken = () => Promise.reject(new Error("no credentials"));

/** A launcher that asks at an address, `host:port`. */
export function launcherAt(address: string, jobs: Partial<GkeJobs> = {}): GkeLauncher {
  const kubeConfig = kubeConfigOf({ kind: "stand-in", server: `http://${address}` }, noToken);
  return new GkeLauncher(kubeConfig, { ...JOBS, ...jobs });
}
