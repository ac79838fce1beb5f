import type { protos } from "@google-cloud/run";
import type { ContainerSpec } from "../machine/container-spec.ts";
import type { JobSpec } from "./job-spec.ts";

/** `RunJobRequest.overrides` as it comes off the wire. */
export type Overrides = protos.google.cloud.run.v2.RunJobRequest.IOverrides;

type ContainerOverride = protos.google.cloud.run.v2.RunJobRequest.Overrides.IContainerOverride;

/** The job as this execution runs it, or why Cloud Run would not run it so. */
export type Overridden = { ok: true; job: JobSpec } | { ok: false; message: string };

/** A value of an environment variable is at most 32 KiB, a task runs at most 168 hours (Cloud Run's quotas). */
const MAX_ENV_VALUE_BYTES = 32 * 1024;
const MAX_TIMEOUT_SECONDS = 168 * 60 * 60;

/** Applies the overrides of one `RunJob` to a job: `env` merges by name, `args` replace, the rest stays. */
export function applyOverrides(job: JobSpec, overrides: Overrides | null | undefined): Overridden {
  const containerOverrides = overrides?.containerOverrides ?? [];
  const timeoutSeconds = overrides?.timeout
    ? Number(overrides.timeout.seconds ?? 0)
    : job.timeoutSeconds;
  const message =
    problemOfTimeout(timeoutSeconds) ??
    containerOverrides.map((override) => problemOf(override, job)).find((found) => found);
  if (message !== undefined) return { ok: false, message };
  const containers = job.containers.map((container) =>
    containerOverrides
      .filter((override) => isFor(override, container, job))
      .reduce(applyOne, container),
  );
  const taskCount = overrides?.taskCount || job.taskCount;
  return { ok: true, job: { ...job, containers, taskCount, timeoutSeconds } };
}

function isFor(override: ContainerOverride, container: ContainerSpec, job: JobSpec): boolean {
  if (override.name) return override.name === container.name;
  return job.containers.length === 1;
}

function applyOne(container: ContainerSpec, override: ContainerOverride): ContainerSpec {
  const added = (override.env ?? []).map(({ name, value }) => [name ?? "", value ?? ""]);
  return {
    ...container,
    args: override.clearArgs || override.args?.length ? (override.args ?? []) : container.args,
    env: { ...container.env, ...Object.fromEntries(added) },
  };
}

function problemOf(override: ContainerOverride, job: JobSpec): string | undefined {
  if (!job.containers.some((container) => isFor(override, container, job))) {
    return `Container override refers to container '${override.name}', which job '${job.name}' does not have.`;
  }
  if (override.clearArgs && override.args?.length) {
    return `Container override for '${override.name}' both sets and clears args.`;
  }
  const tooLong = override.env?.find(
    ({ value }) => Buffer.byteLength(value ?? "") > MAX_ENV_VALUE_BYTES,
  );
  return tooLong && `The value of environment variable '${tooLong.name}' is longer than 32 KiB.`;
}

function problemOfTimeout(timeoutSeconds: number): string | undefined {
  if (timeoutSeconds > 0 && timeoutSeconds <= MAX_TIMEOUT_SECONDS) return undefined;
  return `Task timeout must be between 1 and ${MAX_TIMEOUT_SECONDS} seconds; it is ${timeoutSeconds}.`;
}
