import { execFile } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Where to look for ffmpeg and ffprobe. */
export interface BinarySettings {
  /** `FFMPEG_PATH` and `FFPROBE_PATH`: used without looking further, unless empty. */
  readonly ffmpegPath?: string;
  readonly ffprobePath?: string;
  /** `PATH`. */
  readonly searchPath?: string;
}

/** The programs that convert and measure, and what must be known about them. */
export interface FfmpegBinaries {
  readonly ffmpeg: string;
  readonly ffprobe: string;
  /** As ffmpeg prints it, such as `5.1.9-0+deb12u1` or `N-47683-g0e8eb07980-static`. */
  readonly version: string;
  /** The option that says how frames are timed: `-fps_mode` came with 5.1 and replaces `-vsync`. */
  readonly frameTimingOption: "-fps_mode" | "-vsync";
}

/**
 * Finds ffmpeg and ffprobe: the configured path, then the search path, then the builds that npm
 * installs. Throws when one of them is nowhere or cannot be run.
 */
export async function findFfmpegBinaries(settings: BinarySettings): Promise<FfmpegBinaries> {
  const { ffmpegPath, ffprobePath, searchPath = "" } = settings;
  const ffmpeg =
    (ffmpegPath || (await findOnPath("ffmpeg", searchPath))) ?? (await installed("ffmpeg"));
  const ffprobe =
    (ffprobePath || (await findOnPath("ffprobe", searchPath))) ?? (await installed("ffprobe"));
  const [banner, options] = await Promise.all([
    ask(ffmpeg, ["-version"]),
    ask(ffmpeg, ["-hide_banner", "-h", "long"]),
    ask(ffprobe, ["-version"]),
  ]);
  return {
    ffmpeg,
    ffprobe,
    version: /^ffmpeg version (\S+)/.exec(banner)?.[1] ?? "unknown",
    // The list of options, not the version: builds from git are numbered N-47683-g0e8eb07980.
    frameTimingOption: /^-fps_mode\b/m.test(options) ? "-fps_mode" : "-vsync",
  };
}

async function findOnPath(name: string, searchPath: string): Promise<string | undefined> {
  for (const folder of searchPath.split(delimiter).filter(Boolean)) {
    const candidate = join(folder, name);
    if (await isExecutable(candidate)) return candidate;
  }
  return undefined;
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** Imported only when needed: a container with a distribution's ffmpeg does not install these. */
const INSTALLERS = {
  ffmpeg: async () => (await import("@ffmpeg-installer/ffmpeg")).default.path,
  ffprobe: async () => (await import("@ffprobe-installer/ffprobe")).default.path,
};

async function installed(name: keyof typeof INSTALLERS): Promise<string> {
  try {
    return await INSTALLERS[name]();
  } catch (cause) {
    const variable = `${name.toUpperCase()}_PATH`;
    throw new Error(`${name} is not installed: set ${variable}, or put it on the PATH`, { cause });
  }
}

async function ask(program: string, args: string[]): Promise<string> {
  try {
    return (await run(program, args, { maxBuffer: 16 * 1024 * 1024 })).stdout;
  } catch (cause) {
    throw new Error(`${program} cannot be run`, { cause });
  }
}
