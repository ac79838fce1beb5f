import { type DocumentData, type Firestore, Timestamp } from "@google-cloud/firestore";
import { HOUR, MINUTE } from "@meeting-bot/core";

const START = new Date("2099-01-01T09:00:00Z");
const END = new Date("2099-01-01T10:00:00Z");
const OCCURRENCE = START.toISOString();
/** So long before the start the version before has a bot sent. */
const DUE = new Date(START.getTime() - 2 * MINUTE);
const VIDEO = "gs://demo-recordings/acme/done/video.mp4";

/** A bot with its meetings and its room. */
interface Earlier {
  code: string;
  /** What the version before has computed of the meeting and of the room, by a program of its own. */
  requestHash: string;
  sessionKey: string;
  /** The names of the documents that share the bot. */
  meetings: string[];
  asked: DocumentData;
  instance: DocumentData;
  recording: DocumentData;
}

/** The token and the runner of the bot that is at work. */
export const HOLDER = { token: "the earlier token", runnerId: "the earlier runner" };

const EARLIER: Record<"planned" | "shared" | "at-work" | "done" | "pausing", Earlier> = {
  planned: {
    code: "aaa-aaaa-aaa",
    requestHash: "50873ab9ed08375ffa9bd7fe85af55b5b6cc1f9c51077911404f87623e7bca6b",
    sessionKey: "92e0efd88177365d97b841bbf7287c9be42cc51354c2ade0d1921f7a6fcf8d14",
    meetings: ["planned"],
    asked: { bot_name: "planned", start: START, end: END },
    instance: { status: "queued", wake_at: DUE, attempt: 0, occurrence_key: OCCURRENCE },
    recording: { status: "queued" },
  },
  shared: {
    code: "ddd-dddd-ddd",
    requestHash: "abf6070ce3973e43649b827dcfb27d81118ad7cd561c7e279fe983f64800ce9b",
    sessionKey: "9fa8c5049c78781358f95729217d12882f381a75b8ce9c21eb521eccbfe5251e",
    meetings: ["shared", "shared-copy"],
    asked: { bot_name: "shared", start: START.toISOString(), end: END.toISOString() },
    instance: { status: "queued", wake_at: DUE, attempt: 0, occurrence_key: OCCURRENCE },
    recording: { status: "queued" },
  },
  "at-work": {
    code: "bbb-bbbb-bbb",
    requestHash: "6df710946ca44ecdc3bda8d13889584b66bceed61ec164a034f6354fadbb92c7",
    sessionKey: "041e25d198d9c85f93917ec85447184ac59ca3d85d94fb8c84d00b638d27816c",
    meetings: ["at-work"],
    asked: { bot_name: "at work" },
    instance: {
      status: "processing",
      phase: "recording",
      phase_at: { recording: new Date() },
      wake_at: inAnHour(),
      claim_expires_at: inAnHour(),
      claimed_by: "earlier",
      claimed_at: new Date(),
      claim_token: HOLDER.token,
      runner_id: HOLDER.runnerId,
      heartbeat_at: new Date(),
      execution: { launcher: "cloud-run", name: "projects/p/locations/l/jobs/j/executions/e" },
      attempt: 1,
      occurrence_key: "ad-hoc",
    },
    recording: { status: "processing" },
  },
  done: {
    code: "ccc-cccc-ccc",
    requestHash: "a52e282a3f2975f1fdf0d6b2384080657a06431b31c8b030e79ee71a2411df5c",
    sessionKey: "e071e3c5fdcd7cb0dc5593360df2197c50ee776d3d9b4c6bb89619c6251ea1e9",
    meetings: ["done"],
    asked: { bot_name: "done" },
    instance: {
      status: "done",
      attempt: 1,
      partial: false,
      outputs: [
        { kind: "video", uri: VIDEO, content_type: "video/mp4", bytes: 1, crc32c: "AAAAAA==" },
      ],
      processed_at: new Date(),
      occurrence_key: "ad-hoc",
    },
    recording: { status: "done", video_uri: VIDEO, partial: false },
  },
  pausing: {
    code: "eee-eeee-eee",
    requestHash: "ff445c1808ac8afca8a4627a5a0ce743e9bf2701fc49fdf8557c82b3b9f6b20e",
    sessionKey: "80280d3b9ca9fa658bd918316a63d9b128e47af28fc658215d1f4ca153f8dde7",
    meetings: ["pausing"],
    asked: { bot_name: "pausing" },
    instance: {
      status: "queued",
      wake_at: inAnHour(),
      claimed_by: "earlier",
      claimed_at: new Date(),
      claim_token: "spent",
      attempt: 1,
      error: { code: "BOT_CRASHED", message: "The bot crashed.", retryable: true, at: new Date() },
      occurrence_key: "ad-hoc",
    },
    recording: { status: "queued" },
  },
};

/** The link of one of its rooms. */
export function earlierLink(name: keyof typeof EARLIER): string {
  return `https://meet.google.com/${EARLIER[name].code}`;
}

/** The paths of its meetings. */
export const EARLIER_MEETINGS = Object.values(EARLIER).flatMap(({ meetings }) =>
  meetings.map((name) => `meetings/${name}`),
);

/**
 * Writes a database as the version before has left it: an instance lists its meetings, a room has its
 * seats by occurrence, and what a meeting asked for is a hash without a version.
 */
export async function writeEarlierDatabase(firestore: Firestore): Promise<void> {
  const batch = firestore.batch();
  const updated_at = Timestamp.now();
  for (const [id, earlier] of Object.entries(EARLIER)) {
    const { code, requestHash: request_hash, sessionKey: session_key, asked } = earlier;
    const { instance, recording } = earlier;
    const request = {
      ...asked,
      meeting_url: `https://meet.google.com/${code}`,
      creator_organization_id: "acme",
    };
    const { start, end, ...copied } = request as DocumentData;
    const times = start && { start_at: new Date(start), end_at: new Date(end) };
    const meetings = earlier.meetings.map((name) => `meetings/${name}`);
    batch.set(firestore.doc(`bot_instances/${id}`), {
      ...{ phase_at: {}, max_attempts: 3, launch_failures: 0, provider: "google" },
      ...{ ...copied, ...times, meetings, request_hash, session_key },
      ...{ created_at: updated_at, updated_at, ...instance },
    });
    const { status, occurrence_key } = instance;
    const seat = {
      instance_id: id,
      status,
      ...(start && { start_at: new Date(start) }),
      updated_at,
    };
    batch.set(firestore.doc(`bot_sessions/${session_key}`), { seats: { [occurrence_key]: seat } });
    for (const path of meetings) {
      const linked = { bot_instance_id: id, recording: { ...recording, request_hash } };
      batch.set(firestore.doc(path), { ...request, status: "scheduled", ...linked });
    }
  }
  await batch.commit();
}

function inAnHour(): Date {
  return new Date(Date.now() + HOUR);
}
