import { Readable } from "node:stream";
import type { BotInstance, Output } from "@meeting-bot/core";
import { hashOf, toFields } from "@meeting-bot/core";
import { type ApiUnderTest, ORGANIZATION } from "./api-under-test.ts";

const LINK = "https://meet.google.com/abc-defg-hij";

/** Stores an object of an instance. */
export async function store(api: ApiUnderTest, name: string, instance = "bot"): Promise<string> {
  const bytes = Buffer.from(name);
  const source = { open: () => Readable.from([bytes]), bytes: bytes.length };
  const owner = { instance, attempt: 1 };
  const { uri } = await api.recordings.put(name, source, { owner, contentType: "video/mp4" });
  return uri;
}

/** The names of all objects in the store. */
export async function storedNames(api: ApiUnderTest): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of api.recordings.list("")) names.push(name);
  return names;
}

/** An output at an address. */
export function outputAt(uri: string, fields: Partial<Output> = {}): Output {
  return {
    kind: "video",
    uri,
    contentType: "video/mp4",
    bytes: 9,
    crc32c: "AAAAAA==",
    durationSeconds: 12.5,
    codec: "h264",
    ...fields,
  };
}

/** Writes the instance `bot`, done unless the fields say otherwise, and the meeting `meetings/one` that it has served. */
export async function writeRecorded(
  api: ApiUnderTest,
  fields: Partial<BotInstance> = {},
  meeting: Record<string, unknown> = {},
): Promise<void> {
  const instance: Partial<BotInstance> = {
    status: "done",
    meetingUrl: LINK,
    meetings: ["meetings/one"],
    creatorOrganizationId: ORGANIZATION,
    attempt: 1,
    maxAttempts: 3,
    launchFailures: 0,
    phaseAt: {},
    partial: false,
    ...fields,
  };
  await api.write("bot_instances/bot", toFields(instance));
  await api.write("meetings/one", {
    meeting_url: LINK,
    status: "scheduled",
    creator_organization_id: ORGANIZATION,
    bot_instance_id: "bot",
    recording: { status: instance.status, video_uri: instance.outputs?.[0]?.uri ?? null },
    ...meeting,
  });
}

/** Links a document that is there, or was, to an instance; it is of the organisation unless the fields say otherwise. */
export async function writeLink(
  api: ApiUnderTest,
  instanceId: string,
  meetingPath: string,
  fields: Record<string, unknown> = {},
): Promise<void> {
  const { createTime } = await api.firestore.doc(meetingPath).get();
  await api.write(`bot_instances/${instanceId}/bot_links/${hashOf(meetingPath)}`, {
    meeting_path: meetingPath,
    ...(createTime && { meeting_created_at: new Date(createTime.toMillis()) }),
    organization_id: ORGANIZATION,
    state: "wanted",
    joined_at: new Date(),
    ...fields,
  });
}
