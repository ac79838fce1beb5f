import { DAY, SECOND } from "@meeting-bot/core";
import { expect } from "chai";
import { linkArtifacts } from "../../src/webhooks/artifact-links.ts";

const NOW = 1_900_000_000_000;

describe("linkArtifacts", () => {
  const signed: [name: string, expiresSeconds: number][] = [];
  const services = {
    recordings: async () => ({
      signedUrl: async (name: string, { expiresSeconds }: { expiresSeconds: number }) => {
        signed.push([name, expiresSeconds]);
        return `https://signed/${name}`;
      },
    }),
    recordingsAt: "s3://bucket",
    now: () => NOW,
  };
  beforeEach(() => signed.splice(0));

  it("signs a URL, good for a day, for each artifact", async () => {
    const video = "s3://bucket/a/video.mp4";
    const audio = "s3://bucket/a/audio.m4a";
    const links = await linkArtifacts(services, [{ uri: video }, { uri: audio }]);
    const urlExpiresAt = NOW + DAY;
    expect([...links]).to.deep.equal([
      [video, { url: "https://signed/a/video.mp4", urlExpiresAt }],
      [audio, { url: "https://signed/a/audio.m4a", urlExpiresAt }],
    ]);
    const seconds = DAY / SECOND;
    expect(signed).to.deep.equal([
      ["a/video.mp4", seconds],
      ["a/audio.m4a", seconds],
    ]);
  });

  it("signs none for what is where recordings were kept before", async () => {
    const links = await linkArtifacts(services, [{ uri: "gs://former/a/video.mp4" }]);
    expect(links.size).to.equal(0);
    expect(signed).to.deep.equal([]);
  });
});
