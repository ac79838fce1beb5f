import { MINUTE, SECOND } from "@meeting-bot/core";
import type { Logs } from "../logs.ts";
import type { Capture } from "./capture.ts";

/** How long the rest of a recording may take until it is stored, by what has become of its attempt. */
export const PATIENCE_MS = {
  /** What is left of the ten seconds that a platform gives. */
  stopped: 5 * SECOND,
  /** A part that is cut off on its way may come to be after all, when nobody removes it any more. */
  done: 30 * SECOND,
  /** The meeting goes on without a bot meanwhile. */
  interrupted: 2 * MINUTE,
  /** What is not stored then goes with this execution's disk. */
  failed: 30 * MINUTE,
} as const;

/** Ends a recording and waits until all of it is stored, for so long or until the signal is aborted; whether it is. */
export async function keepRecording(
  capture: Capture,
  logs: Logs,
  patienceMs: number,
  signal?: AbortSignal,
): Promise<boolean> {
  const patience = AbortSignal.timeout(patienceMs);
  try {
    return await capture.flush(signal ? AbortSignal.any([signal, patience]) : patience);
  } catch (error) {
    logs.partsNotFlushed(error);
    return false;
  }
}
