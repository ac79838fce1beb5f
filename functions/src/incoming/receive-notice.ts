import {
  type BotInstanceStore,
  type Instant,
  importedMeetingPath,
  type LinkRules,
  locateImportSource,
  locateRecording,
} from "@meeting-bot/core";
import type { Answer } from "../api/answer.ts";
import { problem } from "../api/problem.ts";
import type { Config } from "../config.ts";
import * as logs from "../logs.ts";
import { inTime, PATIENCE_MS } from "../patience.ts";
import type { Notice } from "./notice.ts";
import { readNotice } from "./read-notice.ts";
import { isSigned } from "./signature.ts";
import { addressOf, toRecording } from "./to-recording.ts";

/** What receiving a notice needs. */
export interface NoticeServices {
  store: Pick<BotInstanceStore, "importRecording">;
  config: Pick<Config, "importBuckets" | "s3Endpoint" | "meetingsPath"> & LinkRules;
  /** The secrets that a notice may be signed with. */
  secrets(): readonly string[];
  now(): Instant;
}

/** A request as it came. */
export interface NoticeRequest {
  method: string;
  /** The header `X-Webhook-Signature`. */
  signature: string | undefined;
  body: Buffer;
}

/** A notice has some 1 KiB. */
export const MAX_NOTICE_BYTES = 64 * 1024;

/** Takes the notice that another bot's recording is stored, and has it imported. Whatever is refused changes nothing. */
export async function receiveNotice(
  services: NoticeServices,
  request: NoticeRequest,
): Promise<Answer> {
  const read = await understand(services, request);
  const answer = read.ok ? await importRecording(services, read.notice) : read.answer;
  if (answer.status >= 400) {
    logs.noticeRefused(answer.status, read.ok ? read.notice.recordingId : undefined);
  }
  return answer;
}

type Understood = { ok: true; notice: Notice } | { ok: false; answer: Answer };

/** Nothing of a body is read before its signature was. */
async function understand(
  { secrets }: NoticeServices,
  { method, signature, body }: NoticeRequest,
): Promise<Understood> {
  const refuse = (answer: Answer) => ({ ok: false, answer }) as const;
  if (method !== "POST") {
    const headers = { Allow: "POST" };
    return refuse(problem("method-not-allowed", "Here you can POST.", { headers }));
  }
  if (body.length > MAX_NOTICE_BYTES) {
    return refuse(problem("body-too-large", `The body may have ${MAX_NOTICE_BYTES} bytes.`));
  }
  if (!isSigned(body, signature, secrets())) {
    const detail =
      "X-Webhook-Signature must be the HMAC-SHA256 of the body, in hexadecimal digits, with NOTIFY_WEBHOOK_SECRET.";
    return refuse(problem("wrong-signature", detail));
  }
  return readNotice(body);
}

async function importRecording(
  { store, config, now }: NoticeServices,
  notice: Notice,
): Promise<Answer> {
  const located = locateRecording(addressOf(notice), config.s3Endpoint);
  if (!located.ok) return problem("invalid-request", located.problem);
  if (!locateImportSource(located.uri, config.importBuckets)) return foreign(config);
  const recording = toRecording(notice, located.uri, config, now());
  const meetingPath = importedMeetingPath(config.meetingsPath, recording);
  if (meetingPath === undefined) {
    const detail = `metadata.teamId or metadata.userId cannot stand in ${config.meetingsPath}, where meetings are kept.`;
    return problem("invalid-request", detail);
  }
  const outcome = await inTime(store.importRecording(recording, meetingPath), PATIENCE_MS);
  logs.recordingImported(recording.recordingId, outcome);
  return {
    status: outcome.kind === "created" ? 202 : 200,
    body: { status: outcome.kind, bot_instance_id: outcome.instance.id },
  };
}

function foreign({ importBuckets }: Pick<Config, "importBuckets">): Answer {
  const detail =
    importBuckets.length === 0
      ? "No bucket is configured that recordings may be fetched from: IMPORT_BUCKETS is not set."
      : "The recording is in a bucket that is not among IMPORT_BUCKETS.";
  return problem("foreign-bucket", detail);
}
