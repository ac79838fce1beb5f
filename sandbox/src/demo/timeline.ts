import { type BotInstance, type Instant, PHASES } from "@meeting-bot/core";

/** A moment of a recording's life. */
export interface Moment {
  name: string;
  at: Instant;
}

/** What users wait for, in milliseconds; absent when it did not come to that. */
export interface Latency {
  writtenToClaimed?: number;
  writtenToLaunched?: number;
  recordingEndToDone?: number;
}

/** Everything that has happened to a recording, in the order of its times. */
export function timelineOf(writtenAt: Instant, instance: BotInstance): Moment[] {
  const { phaseAt, recordingEndedAt, processedAt, status } = instance;
  const moments = [
    { name: "written", at: writtenAt },
    ...PHASES.map((phase) => ({ name: phase, at: phaseAt[phase] })),
    { name: "recording ended", at: recordingEndedAt },
    { name: status, at: processedAt },
  ];
  return moments
    .filter((moment): moment is Moment => moment.at !== undefined)
    .sort((a, b) => a.at - b.at);
}

/** The latencies that the timeline shows. */
export function latencyOf(writtenAt: Instant, instance: BotInstance): Latency {
  const { phaseAt, recordingEndedAt, processedAt, status } = instance;
  const since = (from: Instant | undefined, to: Instant | undefined) =>
    from === undefined || to === undefined ? undefined : to - from;
  const latency = {
    writtenToClaimed: since(writtenAt, phaseAt.claimed),
    writtenToLaunched: since(writtenAt, phaseAt.launched),
    recordingEndToDone: status === "done" ? since(recordingEndedAt, processedAt) : undefined,
  };
  return Object.fromEntries(Object.entries(latency).filter(([, ms]) => ms !== undefined));
}
