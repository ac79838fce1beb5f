import { dirname } from "node:path/posix";
import { holdMeeting, untilCompleted, untilStored } from "./meeting.ts";
import type { MediaWorld } from "./world.ts";

/** What comes of a recording on a bad way to the storage. */
export interface UploadFigures {
  requests: number;
  failed: number;
  broken: number;
  /** The names of the recording's objects at the end, without its path. */
  objects: string[];
  /** Whether the bucket's checksums are those of the files that were sent, and the video plays. */
  rightBytes: boolean;
}

const FAULTS = { failingShare: 0.05, breakAfterBytes: 64 * 1024 };

/** Records a meeting while one request in twenty fails and every file's connection breaks once. */
export async function measureUploads(
  world: MediaWorld,
  task: { seconds: number; speed: number },
): Promise<UploadFigures> {
  const { link, storage, tools } = world;
  link.suffer(FAULTS);
  try {
    const { instance, execution } = await holdMeeting(world, { sandbox: "h264", ...task });
    const { video, audio } = await untilStored(world, instance);
    await untilCompleted(execution);
    const { passed, failed, broken } = link.counted;
    const folder = `${dirname(video.object.name)}/`;
    const names = storage.objects().map(({ name }) => name);
    const complaints = await tools.decodingErrors(video.object.path);
    return {
      ...{ requests: passed + failed + broken, failed, broken },
      objects: names
        .filter((name) => name.startsWith(folder))
        .map((name) => name.slice(folder.length)),
      rightBytes:
        complaints === "" &&
        [video, audio].every(({ output, object }) => output.crc32c === object.crc32c),
    };
  } finally {
    link.suffer(undefined);
  }
}
