import {
  type BotInstance,
  hasStored,
  isTerminal,
  PHASES,
  type Phase,
} from "../bot-instance/bot-instance.ts";

/**
 * Whether a bot is in its room for others as well: on its way, at the door, recording, or about to come
 * back after a crash. One that has stopped recording, was told to leave, converts, uploads, only finishes,
 * or has a successor is not: whoever joined it would not be recorded.
 */
export function isThereForOthers(instance: BotInstance): boolean {
  const { claimedAt, cancelRequestedAt, finishOnly, recordingEndedAt, succeededBy, phase } =
    instance;
  const wasSent = instance.status === "processing" || claimedAt !== undefined;
  return (
    wasSent &&
    instance.source === undefined &&
    !isTerminal(instance) &&
    cancelRequestedAt === undefined &&
    !finishOnly &&
    recordingEndedAt === undefined &&
    succeededBy === undefined &&
    !isPast("recording", phase)
  );
}

/** Whether the bot may still be in its room, whoever it is there for. */
export function isInRoom(instance: BotInstance): boolean {
  return !isTerminal(instance) && !isPast("recording", instance.phase) && !instance.finishOnly;
}

/** Whether a bot has got in, this time or before. */
export function hasRecorded(instance: BotInstance): boolean {
  return instance.phase === "recording" || hasStored(instance);
}

/** Whether an instance works on a recording that has ended: it will be `done`, if nothing goes wrong. */
export function isFinishing(instance: BotInstance): boolean {
  const { recordingEndedAt, finishOnly, cancelRequestedAt, phase } = instance;
  const hasEnded = recordingEndedAt !== undefined || finishOnly || isPast("recording", phase);
  return !isTerminal(instance) && cancelRequestedAt === undefined && hasEnded === true;
}

function isPast(phase: Phase, reached: Phase | undefined): boolean {
  return reached !== undefined && PHASES.indexOf(reached) > PHASES.indexOf(phase);
}
