/** A notice as the meeting bot posts it, with everything that it can say. */
export function noticeOf(fields: object = {}, metadata: object = {}): Record<string, unknown> {
  const key = "meeting-bot/ada/Google Meet Recording 3:15pm Feb 06 2026.webm";
  const url = `https://imports.s3.eu-central-1.amazonaws.com/${encodeURI(key)}`;
  return {
    recordingId: "rec-1",
    meetingLink: "https://meet.google.com/abc-defg-hij?pwd=hunter2-hunter2",
    status: "completed",
    blobUrl: url,
    timestamp: "2026-02-06T15:45:00.000Z",
    metadata: {
      userId: "ada",
      teamId: "acme",
      botId: "bot-1",
      contentType: "video/webm",
      uploaderType: "s3",
      duration: 1800,
      storage: {
        provider: "s3",
        bucket: "imports",
        key,
        region: "eu-central-1",
        endpoint: "",
        forcePathStyle: false,
        url,
        duration: 1800,
      },
      ...metadata,
    },
    ...fields,
  };
}
