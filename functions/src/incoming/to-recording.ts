import {
  type FinishedRecording,
  type Instant,
  type LinkRules,
  parseMeetingUrl,
  type RecordingAddress,
} from "@meeting-bot/core";
import type { Notice, NoticeMetadata } from "./notice.ts";

/** Everything that a notice says of where its recording is. */
export function addressOf({ blobUrl, metadata }: Notice): RecordingAddress {
  const { storage } = metadata ?? {};
  const urls = [blobUrl, storage?.url].filter((url) => url !== undefined && url !== null);
  return {
    urls: urls.filter((url) => url !== ""),
    ...(storage && {
      storage: {
        provider: orAbsent(storage.provider),
        bucket: storage.bucket,
        key: storage.key,
        endpoint: orAbsent(storage.endpoint),
      },
    }),
  };
}

/** A notice as the recording that it tells of, which is the object at `uri`. */
export function toRecording(
  { recordingId, meetingLink, timestamp, metadata }: Notice,
  uri: string,
  rules: LinkRules,
  now: Instant,
): FinishedRecording {
  const { botId, teamId, userId } = metadata ?? {};
  const url = orAbsent(meetingLink);
  const link = url === undefined ? undefined : parseMeetingUrl(url, rules);
  return {
    recordingId,
    uri,
    endedAt: readInstant(timestamp, now),
    ...(url !== undefined &&
      link?.ok && { link: { url, provider: link.provider, identity: link.identity } }),
    botId: orAbsent(botId),
    organizationId: orAbsent(teamId),
    userId: orAbsent(userId),
    durationSeconds: durationOf(metadata ?? {}),
  };
}

/** A clock that is ahead tells of nothing that has not happened. */
function readInstant(timestamp: string | null | undefined, now: Instant): Instant {
  const told = Date.parse(timestamp ?? "");
  return Number.isNaN(told) ? now : Math.min(told, now);
}

function durationOf({ duration, storage }: NoticeMetadata): number | undefined {
  return duration ?? storage?.duration ?? undefined;
}

/** What is `null` or empty is not said. */
function orAbsent(value: string | null | undefined): string | undefined {
  return value === null || value === "" ? undefined : value;
}
