import { execFile } from "node:child_process";
import { chmod, copyFile, cp, mkdir, readFile, stat } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import { promisify } from "node:util";
import ffmpeg from "@ffmpeg-installer/ffmpeg";
import ffprobe from "@ffprobe-installer/ffprobe";
import { isSent, parseCopy, parseDockerfile, type Stage, type Step } from "./dockerfile.ts";

const run = promisify(execFile);

/** What a Dockerfile makes, its files in a folder. */
export interface Image {
  /** The folder that stands for `/`. */
  root: string;
  /** The image that it is built on. */
  base: string;
  workdir: string;
  user: string;
  env: Record<string, string>;
  entrypoint: string[];
  volumes: string[];
  /** The commands of the image's own distribution; they were not run. */
  systemCommands: string[];
}

/** What is built from where. */
export interface BuildOptions {
  context: string;
  /** Relative to the context. */
  dockerfile: string;
  /** Empty; holds the stages. */
  folder: string;
}

/**
 * Does what `docker build` would, as far as that is possible without it: copies what the
 * `.dockerignore` lets through and runs npm and node as written. Gives the last stage.
 */
export async function buildImage({ context, dockerfile, folder }: BuildOptions): Promise<Image> {
  const ignore = await readFile(join(context, ".dockerignore"), "utf8");
  const stages = parseDockerfile(await readFile(join(context, dockerfile), "utf8"));
  const built = new Map<string, Image>();
  let image: Image | undefined;
  for (const [index, stage] of stages.entries()) {
    image = await begin(stage, join(folder, String(index)), built);
    for (const step of stage.steps) await take(step, image, { context, ignore, built });
    if (stage.name) built.set(stage.name, image);
  }
  if (!image) throw new Error(`${dockerfile} has no FROM`);
  return image;
}

async function begin({ base }: Stage, root: string, built: Map<string, Image>): Promise<Image> {
  const earlier = built.get(base);
  await mkdir(root);
  if (earlier) {
    await copyTree(earlier.root, root);
    return { ...earlier, root, env: { ...earlier.env }, volumes: [...earlier.volumes] };
  }
  // An image of Node has it there; who runs it may be a user that cannot reach this one.
  await mkdir(join(root, "usr/local/bin"), { recursive: true });
  await copyFile(process.execPath, join(root, "usr/local/bin/node"));
  const nothing = { env: {}, entrypoint: [], volumes: [], systemCommands: [] };
  return { root, base, workdir: "/", user: "0", ...nothing };
}

interface Surroundings {
  context: string;
  ignore: string;
  built: Map<string, Image>;
}

async function take(
  { instruction, rest }: Step,
  image: Image,
  around: Surroundings,
): Promise<void> {
  const act = INSTRUCTIONS[instruction];
  if (!act) throw new Error(`${instruction} is not understood here`);
  await act(rest, image, around);
}

type Act = (rest: string, image: Image, around: Surroundings) => Promise<void> | void;

const INSTRUCTIONS: Record<string, Act> = {
  WORKDIR: async (path, image) => {
    image.workdir = resolve(image.workdir, path);
    await mkdir(join(image.root, image.workdir), { recursive: true });
  },
  COPY: copy,
  RUN: async (command, image) => {
    if (/^(npm|node) /.test(command)) await runHere(command, image);
    else await standInFor(command, image);
  },
  ENV: (pairs, { env }) => {
    for (const pair of pairs.split(/\s+/)) {
      const [name = "", value = ""] = pair.split("=");
      env[name] = value;
    }
  },
  USER: (user, image) => {
    image.user = user;
  },
  ENTRYPOINT: (words, image) => {
    image.entrypoint = JSON.parse(words) as string[];
  },
  VOLUME: (paths, { volumes }) => {
    volumes.push(...(JSON.parse(paths) as string[]));
  },
  HEALTHCHECK: () => {},
};

async function copy(rest: string, image: Image, { context, ignore, built }: Surroundings) {
  const { from, sources, target } = parseCopy(rest);
  const stage = from === undefined ? undefined : built.get(from);
  if (from !== undefined && !stage) throw new Error(`there is no stage ${from}`);
  const base = stage?.root ?? context;
  const to = resolve(image.workdir, target);
  for (const source of sources) {
    const path = join(base, source);
    const isKept = (file: string) => stage !== undefined || isSent(ignore, relative(base, file));
    if (!isKept(path)) throw new Error(`${source} is not sent: .dockerignore keeps it back`);
    const intoFolder = (target.endsWith("/") || sources.length > 1) && !(await isFolder(path));
    const place = join(image.root, to, intoFolder ? basename(source) : "");
    await mkdir(dirname(place), { recursive: true });
    await copyTree(path, place, isKept);
  }
}

function copyTree(from: string, to: string, filter = (_: string) => true): Promise<void> {
  return cp(from, to, { recursive: true, verbatimSymlinks: true, filter });
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path)).isDirectory();
}

/** What `apt-get install ffmpeg` would bring is copied from this machine. */
async function standInFor(command: string, { root, systemCommands }: Image): Promise<void> {
  systemCommands.push(command);
  if (!/apt-get install .*\bffmpeg\b/.test(command)) return;
  for (const [name, { path }] of Object.entries({ ffmpeg, ffprobe })) {
    const program = join(root, "usr/local/bin", name);
    await copyFile(path, program);
    await chmod(program, 0o755);
  }
}

/** npm's cache on this machine is asked first: the lock file says what must come out. */
async function runHere(command: string, { root, workdir }: Image): Promise<void> {
  const path = [dirname(process.execPath), process.env["PATH"]].join(":");
  const env = { ...process.env, PATH: path, npm_config_prefer_offline: "true" };
  await run("sh", ["-c", command], { cwd: join(root, workdir), env });
}
