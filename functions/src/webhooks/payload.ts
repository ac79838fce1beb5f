import { type Output, toFields, type WebhookDelivery } from "@meeting-bot/core";
import type { ArtifactLinks } from "./artifact-links.ts";
import { placeOf } from "./artifact-place.ts";

/** Where the buckets of each provider are. */
export type Regions = Readonly<Record<"gs" | "s3", string>>;

/** What a payload says that the delivery does not know. */
export interface PayloadContext {
  regions: Regions;
  links?: ArtifactLinks | undefined;
}

/**
 * The body of a delivery, as JSON: what happened, when, and to which bot, with every artifact's place
 * beside its URI, and its link where there is one. Each call gives the same for the same.
 */
export function renderPayload(
  { type, occurredAt, data }: Pick<WebhookDelivery, "type" | "occurredAt" | "data">,
  context: PayloadContext,
): string {
  const { outputs, ...facts } = data;
  const artifacts = outputs.map((output) => artifactOf(output, context));
  const timestamp = new Date(occurredAt).toISOString();
  return JSON.stringify({ type, timestamp, data: toFields({ ...facts, artifacts }) });
}

/** An artifact with its place and, where it has one, its link; `toFields` gives it the names of others. */
export function artifactOf(output: Output, { regions, links }: PayloadContext): object {
  const place = placeOf(output.uri);
  const region = place.provider === "file" ? null : regions[place.provider];
  return { ...output, ...place, region, ...links?.get(output.uri) };
}
