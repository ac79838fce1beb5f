import type { Output, WebhookDelivery } from "@meeting-bot/core";
import { expect } from "chai";
import type { ArtifactLinks } from "../../src/webhooks/artifact-links.ts";
import { renderPayload } from "../../src/webhooks/payload.ts";

const VIDEO: Output = {
  kind: "video",
  uri: "gs://recordings/a/video.mp4",
  contentType: "video/mp4",
  bytes: 1000,
  crc32c: "AAAAAA==",
  durationSeconds: 61.5,
  codec: "h264",
  width: 1280,
  height: 720,
};
const AUDIO: Output = {
  kind: "audio",
  uri: "s3://other/a/audio.m4a",
  contentType: "audio/mp4",
  bytes: 100,
  crc32c: "BBBBBB==",
  durationSeconds: 61.5,
  codec: "aac",
};
const FACTS: WebhookDelivery["data"] = {
  botInstanceId: "x",
  organizationId: "org",
  meetings: [{ id: "one", path: "meetings/one" }],
  status: "done",
  phase: "uploading",
  partial: false,
  durationSeconds: 61.5,
  outputs: [VIDEO, AUDIO],
  error: null,
};
const REGIONS = { gs: "europe-west1", s3: "eu-central-1" };

const render = (data: WebhookDelivery["data"], links?: ArtifactLinks) =>
  JSON.parse(
    renderPayload(
      { type: "recording.completed", occurredAt: Date.UTC(2030, 0, 31, 9), data },
      { regions: REGIONS, links },
    ),
  );

describe("renderPayload", () => {
  it("tells what happened, when, to which bot, and where every artifact is", () => {
    expect(render(FACTS)).to.deep.equal({
      type: "recording.completed",
      timestamp: "2030-01-31T09:00:00.000Z",
      data: {
        bot_instance_id: "x",
        organization_id: "org",
        meetings: [{ id: "one", path: "meetings/one" }],
        status: "done",
        phase: "uploading",
        partial: false,
        duration_seconds: 61.5,
        artifacts: [
          {
            kind: "video",
            uri: "gs://recordings/a/video.mp4",
            provider: "gs",
            bucket: "recordings",
            key: "a/video.mp4",
            region: "europe-west1",
            content_type: "video/mp4",
            bytes: 1000,
            crc32c: "AAAAAA==",
            duration_seconds: 61.5,
            codec: "h264",
            width: 1280,
            height: 720,
          },
          {
            kind: "audio",
            uri: "s3://other/a/audio.m4a",
            provider: "s3",
            bucket: "other",
            key: "a/audio.m4a",
            region: "eu-central-1",
            content_type: "audio/mp4",
            bytes: 100,
            crc32c: "BBBBBB==",
            duration_seconds: 61.5,
            codec: "aac",
          },
        ],
        error: null,
      },
    });
  });

  it("has no region and no bucket for a file", () => {
    const file = { ...VIDEO, uri: "file:///var/recordings/a/video.mp4" };
    expect(render({ ...FACTS, outputs: [file] }).data.artifacts[0]).to.include({
      provider: "file",
      bucket: null,
      region: null,
      key: "/var/recordings/a/video.mp4",
    });
  });

  it("adds a link to the artifact that it leads to, and to no other", () => {
    const link = { url: "https://signed", urlExpiresAt: Date.UTC(2030, 1, 1) };
    const links = new Map([[VIDEO.uri, link]]);
    const [video, audio] = render(FACTS, links).data.artifacts;
    expect(video).to.include({ url: "https://signed", url_expires_at: "2030-02-01T00:00:00.000Z" });
    expect(audio).to.not.have.any.keys("url", "url_expires_at");
  });

  it("tells why there is no recording", () => {
    const error = {
      code: "NOT_ADMITTED",
      message: "Nobody let the bot in.",
      stage: "join",
      retryable: false,
    } as const;
    const { phase: _, ...ended } = FACTS;
    const { data } = render({
      ...ended,
      status: "failed",
      outputs: [],
      durationSeconds: null,
      error,
    });
    expect(data).to.deep.include({
      status: "failed",
      artifacts: [],
      duration_seconds: null,
      error,
    });
    expect(data).to.not.have.property("phase");
  });
});
