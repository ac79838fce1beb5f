import { type BotInstance, factsOf, toFields } from "@meeting-bot/core";
import { linkArtifacts } from "../../webhooks/artifact-links.ts";
import { artifactOf } from "../../webhooks/payload.ts";
import { toText } from "../json.ts";
import type { ApiServices } from "../services.ts";

type Needed = Pick<ApiServices, "recordings" | "recordingsAt" | "now" | "regions">;

/** Whether an instance has a recording to show, or had one that was erased. */
export function hasRecorded(instance: BotInstance): boolean {
  return isStored(instance) || instance.recordingErasedAt !== undefined;
}

/** Whether an instance has a recording to fetch. */
export function isStored(instance: BotInstance): boolean {
  return factsOf(instance, []).outputs.length > 0;
}

/** A recording as the API shows it, each artifact with an address that is good for so long. */
export async function toRecordingJson(
  instance: BotInstance,
  lifeMs: number,
  services: Needed,
): Promise<object> {
  const facts = factsOf(instance, []);
  const { botInstanceId, status, partial, durationSeconds, outputs } = facts;
  const links = await linkArtifacts(services, outputs, lifeMs);
  const { regions } = services;
  const artifacts = outputs.map((output) => artifactOf(output, { regions, links }));
  const { endedAt, recordingErasedAt: erasedAt } = instance;
  const endReason = toText(instance.endReason);
  const end = { endedAt, endReason, erasedAt };
  return toFields({ botInstanceId, status, partial, durationSeconds, ...end, artifacts });
}
