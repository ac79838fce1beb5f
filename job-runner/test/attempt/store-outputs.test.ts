import { writeFile } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import {
  type BotInstance,
  type PutOptions,
  type RecordingSource,
  type RecordingStore,
  SourceError,
  StorageError,
  type StoredObject,
} from "@meeting-bot/core";
import { expect } from "chai";
import { started } from "../../../core/test/support/instances.ts";
import { fileSource } from "../../../storage/src/recording-source.ts";
import { type OutputFile, storeOutputs } from "../../src/attempt/store-outputs.ts";
import { useScratch } from "../media/support/scratch.ts";

/** One thing that was put into the store. */
interface Put {
  name: string;
  bytes: string;
  options: PutOptions;
}

/** A store that takes what it is given, unless `refuse` throws; everything but `put` is out of bounds. */
class PutStore implements RecordingStore {
  readonly puts: Put[] = [];
  refuse: (name: string) => void = () => {};

  async put(name: string, source: RecordingSource, options: PutOptions): Promise<StoredObject> {
    this.refuse(name);
    const bytes = (await buffer(source.open())).toString();
    this.puts.push({ name, bytes, options });
    return {
      uri: `gs://bucket/${name}`,
      name,
      bytes: bytes.length,
      crc32c: `crc of ${bytes}`,
      generation: "1",
      contentType: options.contentType,
      metadata: options.metadata ?? {},
    };
  }

  stat = unexpected;
  get = unexpected;
  list = unexpected;
  remove = unexpected;
  signedUrl = unexpected;
}

function unexpected(): never {
  throw new Error("only `put` was expected");
}

describe("storeOutputs", () => {
  const scratch = useScratch();
  const { signal } = new AbortController();
  const instance = started({ id: "i1", attempt: 2, meetingPath: "meetings/one" });
  let store: PutStore;
  let outputs: OutputFile[];

  beforeEach(async () => {
    store = new PutStore();
    const video = { kind: "video", contentType: "video/mp4", codec: "h264" } as const;
    const audio = { kind: "audio", contentType: "audio/mp4", codec: "aac" } as const;
    outputs = [
      {
        ...video,
        name: "video.mp4",
        source: fileSource(scratch.path("video.mp4")),
        durationSeconds: 12.3456,
        width: 640,
        height: 360,
      },
      {
        ...audio,
        name: "audio.m4a",
        source: fileSource(scratch.path("audio.m4a")),
        durationSeconds: 12,
      },
    ];
    await writeFile(scratch.path("video.mp4"), "pictures");
    await writeFile(scratch.path("audio.m4a"), "sound");
  });

  const storeAll = () => storeOutputs({ store, instance, path: "a/b", outputs, signal });

  it("puts each file at its name, as the attempt's, with what is known about it", async () => {
    await storeAll();
    expect(store.puts).to.have.deep.members([
      {
        name: "a/b/video.mp4",
        bytes: "pictures",
        options: {
          owner: { instance: "i1", attempt: 2 },
          contentType: "video/mp4",
          metadata: { "duration-seconds": "12.346", meeting: "meetings/one" },
          signal,
        },
      },
      {
        name: "a/b/audio.m4a",
        bytes: "sound",
        options: {
          owner: { instance: "i1", attempt: 2 },
          contentType: "audio/mp4",
          metadata: { "duration-seconds": "12.000", meeting: "meetings/one" },
          signal,
        },
      },
    ]);
  });

  it("puts the organisation beside the meeting, and neither where it is too long for every store", async () => {
    const whose = async (fields: Partial<BotInstance>) => {
      store.puts.length = 0;
      await storeOutputs({
        ...{ store, path: "a/b", outputs, signal },
        instance: { ...instance, ...fields },
      });
      const { "duration-seconds": _, ...rest } = store.puts[0]?.options.metadata ?? {};
      return rest;
    };
    expect(await whose({ creatorOrganizationId: "acme" })).to.deep.equal({
      meeting: "meetings/one",
      organization: "acme",
    });
    const long = {
      creatorOrganizationId: "ä".repeat(200),
      meetingPath: `meetings/${"x".repeat(700)}`,
    };
    expect(await whose(long)).to.deep.equal({});
    expect(await whose({ creatorOrganizationId: "acme", meetingPath: undefined })).to.deep.equal({
      organization: "acme",
    });
  });

  it("tells of each what the store says of it, in the order of the outputs", async () => {
    expect(await storeAll()).to.deep.equal({
      outputs: [
        {
          kind: "video",
          uri: "gs://bucket/a/b/video.mp4",
          contentType: "video/mp4",
          bytes: 8,
          crc32c: "crc of pictures",
          durationSeconds: 12.3456,
          codec: "h264",
          width: 640,
          height: 360,
        },
        {
          kind: "audio",
          uri: "gs://bucket/a/b/audio.m4a",
          contentType: "audio/mp4",
          bytes: 5,
          crc32c: "crc of sound",
          durationSeconds: 12,
          codec: "aac",
        },
      ],
      failures: [],
    });
  });

  for (const [code, retryable] of [
    ["no-bucket", false],
    ["forbidden", false],
    ["unavailable", true],
    ["corrupt", true],
  ] as const) {
    it(`stores the other one when one meets \`${code}\`, which ${retryable ? "may" : "will not"} pass`, async () => {
      store.refuse = (name) => {
        if (name.endsWith(".mp4")) throw new StorageError(code, "It is so.");
      };
      const stored = await storeAll();
      expect(stored.outputs.map(({ kind }) => kind)).to.deep.equal(["audio"]);
      const why = {
        code: "UPLOAD_FAILED",
        message: "video.mp4 could not be stored: It is so.",
      } as const;
      expect(stored.failures).to.deep.equal([{ kind: "video", ...why }]);
      expect(stored.failure).to.deep.equal({ ...why, stage: "uploading", retryable });
    });
  }

  it("throws what is no word of the store", async () => {
    store.refuse = () => {
      throw new SourceError("The file has gone.");
    };
    const thrown = await storeAll().catch((error: unknown) => error);
    expect(thrown).to.be.instanceOf(SourceError);
  });
});
