import type { BotInstance } from "../../src/bot-instance/bot-instance.ts";
import type { FinishedRecording } from "../../src/import/finished-recording.ts";
import { LINK, NOW, queued } from "../support/instances.ts";

/** Where the recording of these tests is. */
export const URI = "s3://recordings/meeting-bot/one.webm";

/** A recording of the organisation `org` that has just ended. */
export function recorded(fields: Partial<FinishedRecording> = {}): FinishedRecording {
  return {
    recordingId: "rec-1",
    uri: URI,
    endedAt: NOW,
    link: { url: LINK, provider: "google", identity: "abc-defg-hij" },
    organizationId: "org",
    ...fields,
  };
}

/** An instance that is to import it, and goes to no meeting. */
export function importing(fields: Partial<BotInstance> = {}): BotInstance {
  return queued({
    id: "import",
    meetingUrl: "",
    endAt: undefined,
    creatorOrganizationId: "org",
    source: { uri: URI, recordingId: "rec-1" },
    ...fields,
  });
}
