import { SECOND } from "@meeting-bot/core";
import { findBegun, NOTHING_BEGUN, type PartsBegun } from "../recording/begun-parts.ts";
import type { GrowingRecording } from "../recording/growing-recording.ts";
import { PartWriter } from "../recording/part-writer.ts";
import type { CaptureRequest, CaptureServices } from "./capture.ts";

/** Who stores a recording in parts, and what was stored before. */
export interface OpenedParts {
  writer: PartWriter;
  begun: PartsBegun;
}

const ASK_AGAIN_MS = 10 * SECOND;

/**
 * Makes the writer of a recording's parts, which goes on where a manager before this one has left off;
 * undefined when the signal is aborted before that was found out.
 */
export async function openParts(
  services: CaptureServices,
  request: CaptureRequest,
  recording: GrowingRecording,
  signal: AbortSignal,
): Promise<OpenedParts | undefined> {
  const { config, clock, logs, recordings: store } = services;
  const { instance, path, onStored } = request;
  const isContinued = config.restarts > 0;
  const begun = isContinued ? await ask(services, request, recording, signal) : NOTHING_BEGUN;
  if (!begun) return undefined;
  const writer = new PartWriter({
    bytes: recording,
    store,
    path,
    claimToken: config.claimToken,
    owner: { instance: instance.id, attempt: instance.attempt },
    begun,
    clock,
    signal,
    onStored,
    onRefused: logs.partsRefused,
  });
  return { writer, begun };
}

/** Asks until storage answers: parts that begin elsewhere under the same names would be mixed up. */
async function ask(
  { config, clock, recordings, logs }: CaptureServices,
  { instance, path }: CaptureRequest,
  recording: GrowingRecording,
  signal: AbortSignal,
): Promise<PartsBegun | undefined> {
  const claim = { instance: instance.id, claimToken: config.claimToken };
  while (!signal.aborted) {
    try {
      await recording.look();
      return await findBegun(recordings, path, claim, recording);
    } catch (error) {
      logs.partsDelayed(error);
      await clock.sleep(ASK_AGAIN_MS, signal);
    }
  }
  return undefined;
}
