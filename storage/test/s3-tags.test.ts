import { partName } from "@meeting-bot/core";
import { expect } from "chai";
import { memorySource, someBytes } from "./bytes.ts";
import { useS3Fake } from "./s3-support.ts";

describe("the tags of S3RecordingStore", () => {
  const bench = useS3Fake();
  const part = partName("rec", "token", 1);

  async function tagsWith(settings: { tagsParts?: boolean }): Promise<Record<string, string>> {
    const store = bench.open(settings);
    const options = { owner: { instance: "i1", attempt: 1 }, contentType: "video/webm" };
    for (const name of [part, "rec/video.mp4"]) {
      await store.put(name, memorySource(someBytes(9)), options);
    }
    return Object.fromEntries(bench.fake.objects().map(({ key, tagging }) => [key, tagging]));
  }

  it("mark parts, for the lifecycle rule, and nothing else", async () => {
    expect(await tagsWith({ tagsParts: true })).to.deep.equal({
      [part]: "meeting-bot=part",
      "rec/video.mp4": "",
    });
  });

  it("are left out where another server than Amazon's could refuse them", async () => {
    expect(Object.values(await tagsWith({}))).to.deep.equal(["", ""]);
  });
});
