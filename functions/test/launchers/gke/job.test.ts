import { readFile } from "node:fs/promises";
import type { LaunchRequest } from "@meeting-bot/core";
import { expect } from "chai";
import { parse } from "yaml";
import { queued } from "../../../../core/test/support/instances.ts";
import { EXIT } from "../../../../job-runner/src/exit-codes.ts";
import { FATAL_EXIT_CODES, toJob } from "../../../src/launchers/gke/job.ts";
import { VALUES } from "./gke-under-test.ts";

const REQUEST: LaunchRequest = {
  instance: queued({ id: "x" }),
  token: "token",
  environment: { CLAIM_TOKEN: "token", BOT_SCOPE: "project/(default)" },
  botEnvironment: { MAX_RECORDING_DURATION_MINUTES: "60" },
  timeoutSeconds: 3600,
};
const SHAPE = { ...VALUES, namespace: "bots", nodeWaitSeconds: 600 };
const job = (request: Partial<LaunchRequest> = {}, shape: Partial<typeof SHAPE> = {}) =>
  toJob({ ...REQUEST, ...request }, { ...SHAPE, ...shape });
const podOf = ({ spec }: ReturnType<typeof job>) => spec.template.spec;
const envOf = ({ env }: { env: { name: string; value: string }[] }) =>
  Object.fromEntries(env.map(({ name, value }) => [name, value]));

/** A container of the Job for Cloud Run, which is to be the same where the platforms are. */
async function onCloudRun(container: string) {
  const file = new URL("../../../../deploy/cloud-run/job.yaml", import.meta.url);
  const { containers } = parse(await readFile(file, "utf8")).spec.template.spec.template.spec;
  return containers.find(({ name }: { name: string }) => name === container);
}

describe("toJob", () => {
  const [bot, ...otherSidecars] = podOf(job()).initContainers;
  const [manager, ...others] = podOf(job()).containers;
  if (!bot || !manager) throw new Error("a container is missing");

  it("is named after the claim, and tells whom it belongs to", () => {
    const { metadata, spec } = job();
    expect(metadata).to.include({ name: "meeting-bot-token", namespace: "bots" });
    expect(metadata.labels).to.include({ "meeting-bot/instance": "x" });
    expect(metadata.annotations).to.deep.equal({
      "meeting-bot/scope": "project/(default)",
      "meeting-bot/instance": "x",
    });
    expect(spec.template.metadata.labels).to.deep.equal(metadata.labels);
  });

  it("gives the manager the entries of the Secrets that are named, and nobody else", () => {
    const { containers, initContainers } = podOf(job({}, { managerSecrets: ["s3-keys"] }));
    expect(containers[0]?.envFrom).to.deep.equal([{ secretRef: { name: "s3-keys" } }]);
    expect(initContainers[0]).to.not.have.property("envFrom");
    expect(manager.envFrom).to.deep.equal([]);
  });

  it("is tried once, and ended some time after its time-out", () => {
    expect(job().spec).to.include({
      backoffLimit: 0,
      completions: 1,
      parallelism: 1,
      podReplacementPolicy: "Failed",
      activeDeadlineSeconds: 4200,
    });
    expect(podOf(job()).restartPolicy).to.equal("Never");
  });

  it("is kept until the sweep has asked about it, and not for long, since its disk is as well", () => {
    expect(job().spec.ttlSecondsAfterFinished).to.be.within(9 * 60, 3600);
  });

  it("fails for good with each exit code that the manager gives, before any disruption counts", () => {
    const codes = Object.values(EXIT).filter((code) => code !== EXIT.ok);
    expect(FATAL_EXIT_CODES).to.deep.equal(codes.toSorted((a, b) => a - b));
    expect(job().spec.podFailurePolicy.rules).to.deep.equal([
      {
        action: "FailJob",
        onExitCodes: { containerName: "manager", operator: "In", values: codes },
      },
      { action: "Ignore", onPodConditions: [{ type: "DisruptionTarget", status: "True" }] },
    ]);
  });

  it("is not moved, and has a minute to store what it has when it is ended", () => {
    expect(job().spec.template.metadata.annotations).to.deep.equal({
      "cluster-autoscaler.kubernetes.io/safe-to-evict": "false",
    });
    expect(podOf(job()).terminationGracePeriodSeconds).to.equal(60);
  });

  it("meets the restricted Pod Security Standard", () => {
    const pod = podOf(job());
    expect(pod.securityContext).to.deep.equal({
      runAsNonRoot: true,
      runAsUser: 1000,
      fsGroup: 1000,
      seccompProfile: { type: "RuntimeDefault" },
    });
    for (const { securityContext } of [bot, manager]) {
      expect(securityContext).to.deep.include({
        allowPrivilegeEscalation: false,
        capabilities: { drop: ["ALL"] },
      });
    }
    expect(manager.securityContext).to.include({ readOnlyRootFilesystem: true });
    expect(bot.securityContext).to.include({ runAsUser: 1001 });
    expect(pod.automountServiceAccountToken).to.equal(false);
    expect(pod.serviceAccountName).to.equal("meeting-bot-job");
  });

  it("runs the manager beside the bot, a sidecar that is up before and restarted when it ends", async () => {
    expect(otherSidecars).to.deep.equal([]);
    expect(others).to.deep.equal([]);
    expect(bot).to.include({
      name: "meeting-bot",
      image: "registry/bot:1",
      restartPolicy: "Always",
    });
    expect(manager).to.include({ name: "manager", image: "registry/manager:1" });
    expect(bot.startupProbe).to.deep.equal((await onCloudRun("meeting-bot")).startupProbe);
  });

  it("asks for as much as on Cloud Run, and gets no more", async () => {
    for (const { name, resources } of [bot, manager]) {
      const { limits } = (await onCloudRun(name)).resources;
      expect(resources.limits).to.include(limits);
      expect(resources.requests).to.deep.equal(resources.limits);
    }
  });

  it("gives the containers what they are given on Cloud Run, or by the launch", async () => {
    const perLaunch = [
      ...["GCP_PROJECT_ID", "FIRESTORE_DATABASE", "LOG_LEVEL"],
      ...["MAX_RECORDING_DURATION_MINUTES", "GCP_DEFAULT_REGION"],
      ...["MEETING_INACTIVITY_MINUTES", "INACTIVITY_DETECTION_START_DELAY_MINUTES"],
    ];
    for (const container of [bot, manager]) {
      const { env } = await onCloudRun(container.name);
      const fixed = env.filter(({ name }: { name: string }) => !perLaunch.includes(name));
      const expected = {
        ...envOf({ env: fixed }),
        ...(container === bot && { NODE_ENV: "development" }),
      };
      expect(envOf(container)).to.include(expected);
    }
  });

  it("gives each container its own part of the launch, and the manager its execution's name", () => {
    expect(envOf(manager)).to.include({
      ...REQUEST.environment,
      EXECUTION_LAUNCHER: "gke",
      EXECUTION_NAME: "bots/meeting-bot-token",
    });
    expect(envOf(bot)).to.include(REQUEST.botEnvironment);
    expect(envOf(bot)).to.not.have.any.keys("CLAIM_TOKEN", "EXECUTION_NAME");
    expect(envOf(manager)).to.not.have.any.keys("MAX_RECORDING_DURATION_MINUTES", "STOP_FILE");
  });

  it("lets nothing that a user wrote name another variable", () => {
    const environment = { ...REQUEST.environment, BOT_NAME: "$(CLAIM_TOKEN) $$ $1" };
    const [other] = podOf(job({ environment })).containers;
    expect(other && envOf(other)["BOT_NAME"]).to.equal("$$(CLAIM_TOKEN) $$$$ $$1");
  });

  it("shares a disk of its own between the two, which goes with the pod", () => {
    const [scratch] = podOf(job()).volumes;
    expect(scratch).to.deep.equal({
      name: "scratch",
      ephemeral: {
        volumeClaimTemplate: {
          spec: {
            accessModes: ["ReadWriteOnce"],
            resources: { requests: { storage: "50Gi" } },
          },
        },
      },
    });
    expect(manager.volumeMounts).to.deep.equal([
      { name: "scratch", mountPath: envOf(manager)["SCRATCH_DIR"] },
    ]);
    expect(bot.volumeMounts[0]).to.deep.equal({
      name: "scratch",
      mountPath: envOf(bot)["TEMPVIDEO_DIR"],
    });
    expect(envOf(bot)["STOP_FILE"]).to.equal(`${envOf(bot)["TEMPVIDEO_DIR"]}/.stop`);
  });

  it("asks for a storage class and a size where they are configured", () => {
    const [scratch] = podOf(job({}, { storageClass: "fast", scratchSize: "10Gi" })).volumes;
    expect(scratch)
      .to.have.nested.property("ephemeral.volumeClaimTemplate.spec")
      .that.deep.includes({
        storageClassName: "fast",
        resources: { requests: { storage: "10Gi" } },
      });
  });

  it("gives Chrome shared memory, and lets it use that", () => {
    const memory = { name: "shared-memory", emptyDir: { medium: "Memory", sizeLimit: "2Gi" } };
    expect(podOf(job()).volumes[1]).to.deep.equal(memory);
    expect(bot.volumeMounts[1]).to.deep.equal({ name: "shared-memory", mountPath: "/dev/shm" });
    expect(envOf(bot)["CHROME_FLAGS"]).to.equal("");
  });
});
