import { type FfmpegBinaries, findFfmpegBinaries } from "../../../src/media/ffmpeg-binaries.ts";

/** The build that npm installs: always there. */
export const npmBuild: FfmpegBinaries = await findFfmpegBinaries({});

const pathBuild = await findFfmpegBinaries({ searchPath: process.env["PATH"] });

/** npm's build of 2018 and, where one is on the PATH, the machine's own. */
export const builds: readonly FfmpegBinaries[] =
  pathBuild.ffmpeg === npmBuild.ffmpeg ? [npmBuild] : [npmBuild, pathBuild];
