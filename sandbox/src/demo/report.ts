import { relative } from "node:path";
import { type BotInstance, type Gap, type Instant, toFields } from "@meeting-bot/core";
import type { FetchedOutput } from "./fetch-outputs.ts";
import { latencyOf, timelineOf } from "./timeline.ts";

/** What the demo has seen of one meeting. */
export interface DemoResult {
  meetingPath: string;
  writtenAt: Instant;
  instance: BotInstance;
  outputs: FetchedOutput[];
}

/** Whether both outputs are in the bucket as they should be. */
export function isVerified({ instance, outputs }: DemoResult): boolean {
  const kinds = outputs.filter(({ problems }) => problems.length === 0).map(({ kind }) => kind);
  return instance.status === "done" && kinds.includes("video") && kinds.includes("audio");
}

/** The result for people. */
export function describeResult(result: DemoResult): string {
  const { instance } = result;
  const lines = ["", "Timeline", ...timelineLines(result), "", ...outputLines(result)];
  if (instance.error) lines.push(`${instance.error.code}: ${instance.error.message}`);
  if (instance.partial) {
    lines.push("The recording is partial: something of the meeting is missing.");
    lines.push(...(instance.gaps ?? []).map(describeGap));
  }
  return lines.join("\n");
}

function describeGap({ atSeconds, startedAt, endedAt }: Gap): string {
  const [from, to] = [startedAt, endedAt].map((at) => new Date(at).toISOString());
  return `  after ${atSeconds.toFixed(1)} s nothing was recorded from ${from} to ${to}`;
}

function timelineLines({ writtenAt, instance }: DemoResult): string[] {
  return timelineOf(writtenAt, instance).map(({ name, at }) => {
    const seconds = ((at - writtenAt) / 1000).toFixed(3);
    return `  ${new Date(at).toISOString()}  ${`+${seconds}`.padStart(9)} s  ${name}`;
  });
}

function outputLines({ outputs }: DemoResult): string[] {
  if (outputs.length === 0) return ["There are no outputs."];
  return [
    "Outputs, as ffprobe reads them back from the bucket",
    ...outputs.flatMap(describeOutput),
  ];
}

function describeOutput(output: FetchedOutput): string[] {
  const { uri, path, bytes, durationSeconds, codecs, width, height, problems } = output;
  const size = width === undefined ? [] : [`${width}×${height}`];
  const facts = [`${bytes} bytes`, `${durationSeconds.toFixed(2)} s`, codecs.join(" + "), ...size];
  return [
    `  ${uri}`,
    `    ${facts.join(", ")}`,
    `    to open: ${relative(process.cwd(), path)}`,
    ...problems.map((problem) => `    NOT AS IT SHOULD BE: it ${problem}`),
    "",
  ];
}

/** The result for programs, on one line. */
export function toJson({ meetingPath, writtenAt, instance, outputs }: DemoResult): string {
  const { code, message } = instance.error ?? {};
  return JSON.stringify({
    meeting: meetingPath,
    bot_instance: `bot_instances/${instance.id}`,
    status: instance.status,
    partial: instance.partial ?? false,
    outputs: outputs.map(({ kind, uri, bytes, durationSeconds, codecs, problems }) => ({
      kind,
      uri,
      bytes,
      duration_seconds: durationSeconds,
      codec: codecs[0],
      codecs,
      problems,
    })),
    phase_at: Object.fromEntries(
      timelineOf(writtenAt, instance).map(({ name, at }) => [
        name.replaceAll(" ", "_"),
        new Date(at).toISOString(),
      ]),
    ),
    latency_ms: toFields(latencyOf(writtenAt, instance)),
    error: code ? { code, message } : null,
  });
}
