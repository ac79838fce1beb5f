import { once } from "node:events";
import type { Launch } from "../machine/task.ts";
import { keepRunning, runOnce, type Sidecar, type Terms } from "./container-run.ts";
import type { ContainerRecord, PodRecord } from "./records.ts";

/** A container's record with what starts it here. */
type Step = { record: ContainerRecord; launch: Launch };

/**
 * Runs the containers of a pod as a kubelet does, and resolves when none of their processes is left: init
 * containers one after the other, each sidecar until it is ready, then the main ones side by side. When those
 * have ended, or the pod is `over`, the sidecars are ended, the last one first. The launches are in the
 * order of the pod's containers.
 */
export async function runPod(
  pod: PodRecord,
  launches: Launch[],
  terms: Terms,
  over: AbortSignal,
): Promise<void> {
  const steps = pod.containers.flatMap((record, index) => {
    const launch = launches[index];
    return launch ? [{ record, launch }] : [];
  });
  const main = steps.filter(({ record }) => record.role === "main");
  const sidecars: Sidecar[] = [];
  const initialised = await initialise(steps, sidecars, terms, over);
  if (initialised) pod.phase = "Running";
  const codes = initialised
    ? await Promise.all(main.map(({ record, launch }) => runOnce(record, launch, terms, over)))
    : [];
  for (const sidecar of sidecars.toReversed()) await sidecar.stop();
  pod.phase = initialised && codes.every((code) => code === 0) ? "Succeeded" : "Failed";
}

/** Starts what comes before the main containers; false when they must not start. */
async function initialise(
  steps: Step[],
  sidecars: Sidecar[],
  terms: Terms,
  over: AbortSignal,
): Promise<boolean> {
  for (const { record, launch } of steps) {
    if (over.aborted) return false;
    if (record.role === "sidecar") {
      const sidecar = keepRunning(record, launch, terms, over);
      sidecars.push(sidecar);
      await Promise.race([sidecar.ready, once(over, "abort")]);
    }
    if (record.role === "init" && (await runOnce(record, launch, terms, over)) !== 0) return false;
  }
  return !over.aborted;
}
