import { execFile } from "node:child_process";
import { chmod, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join, relative, resolve } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { emulatorAddress } from "../../../core/test/support/emulator.ts";
import { Child } from "../../../job-runner/test/support/child.ts";
import { linkTo, openWorld, type World } from "../../../job-runner/test/support/world.ts";
import { localImages } from "../../src/platforms/images.ts";
import { freePort } from "../../src/ports.ts";
import { ROOT } from "../../src/root.ts";
import { isSent } from "./dockerfile.ts";
import { buildImage, type Image } from "./image-build.ts";

const run = promisify(execFile);
const ENTRY_POINT = join(ROOT, "deploy/meeting-bot/entrypoint.sh");
const SIMULATOR = join(ROOT, "sandbox/src/meeting-bot/main.ts");
/** npm fetches two hundred packages; seconds from its cache, minutes without. */
const BUILD_TIMEOUT_MS = 300_000;

describe("job-runner/Dockerfile, as far as it can be followed without Docker", function () {
  this.timeout(BUILD_TIMEOUT_MS);

  let folder: string;
  let image: Image;
  let world: World;
  let room: Room | undefined;
  let processes: Child[] = [];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "image-test-"));
    image = await buildImage({ context: ROOT, dockerfile: "job-runner/Dockerfile", folder });
    await chmod(folder, 0o755);
    await run("chmod", ["-R", "a-w", image.root]);
    world = await openWorld();
  });

  afterEach(async () => {
    for (const child of processes) child.signal("SIGKILL");
    await Promise.all(processes.map(({ exitCode }) => exitCode));
    processes = [];
    await room?.close();
    room = undefined;
  });

  after(async () => {
    await world?.end();
    await run("chmod", ["-R", "u+w", folder]);
    await rm(folder, { recursive: true });
  });

  /** What makes a command run as the image's user: only root may become somebody else, and has to. */
  const asUser = () => {
    const [uid, gid] = image.user.split(":");
    const become = ["setpriv", `--reuid=${uid}`, `--regid=${gid}`, "--clear-groups"];
    return process.getuid?.() === 0 ? become : [];
  };

  /** Starts a command in the image's tree, with the image's environment and what is given. */
  const start = (command: readonly string[], env: Record<string, string> = {}) => {
    const PATH = [join(image.root, "usr/local/bin"), "/usr/bin", "/bin"].join(":");
    const inWorkdir = ["sh", "-c", 'cd "$0" && exec "$@"', join(image.root, image.workdir)];
    const [file = "", ...args] = [...asUser(), ...inWorkdir, ...command];
    const child = new Child(file, args, { PATH, ...image.env, ...env });
    processes.push(child);
    return child;
  };

  it("is built on the Node that is tested here", async () => {
    const { devDependencies } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
    expect(image.base).to.match(new RegExp(`^node:${devDependencies.node}-`));
  });

  it("starts the supervisor as uid 1000, and the manager says what its environment lacks", async () => {
    expect(image.user).to.equal("1000:1000");
    const manager = start(image.entrypoint);
    expect(await manager.exitCode).to.equal(2);
    expect(manager.text).to.match(/^- GCS_BUCKET is not set: /m);
  });

  it("lets nothing be written into its tree", async () => {
    const write = `require("node:fs").writeFileSync("lib/x", "")`;
    const writer = start(["node", "-e", write]);
    expect(await writer.exitCode).to.equal(1);
    expect(writer.text).to.include("EACCES");
  });

  it("records a meeting there and stores it, with what is loaded only when it is needed", async function () {
    this.timeout(120_000);
    const meetingUrl = linkTo("sandbox=h264&seconds=4&speed=4");
    const instance = await world.write({ meetingUrl });
    room = await openRoom();
    const manager = start(image.entrypoint, {
      ...room.manager,
      METADATA_SERVER_DETECTION: "none",
      FIRESTORE_EMULATOR_HOST: emulatorAddress(),
      STORAGE_EMULATOR_HOST: world.storage.url,
      GCP_PROJECT_ID: world.projectId,
      GCS_BUCKET: "recordings",
      BOT_INSTANCE_PATH: instance.path,
      CLAIM_TOKEN: "mine",
    });
    expect(await manager.exitCode, manager.text).to.equal(0);
    const names = world.storage.objects().map(({ name }) => basename(name));
    expect(names).to.include.members(["audio.m4a", "video.mp4"]);
  });

  it("has the distribution's ffmpeg, none of npm's builds, and a scratch folder for both users", async () => {
    expect(image.systemCommands.join()).to.match(
      /apt-get install .*\bffmpeg\b.* --mode=0777 \/scratch/,
    );
    const modules = join(image.root, "app/node_modules");
    expect(await readdir(join(modules, "@ffmpeg-installer"))).to.deep.equal(["ffmpeg"]);
    expect(await readdir(join(modules, "@ffprobe-installer"))).to.deep.equal(["ffprobe"]);
  });

  it("holds what runs, nothing to build it with, and no value that is not its own", async () => {
    expect(await readdir(join(image.root, "app"))).to.have.members(["job-runner", "node_modules"]);
    const own = await readdir(join(image.root, "app/job-runner"));
    expect(own).to.have.members(["lib", "package.json"]);
    const modules = await readdir(join(image.root, "app/node_modules"));
    expect(modules).to.not.include.members(["esbuild", "typescript", "mocha", "firebase-tools"]);
    expect(image.env).to.deep.equal({ NODE_ENV: "production", SCRATCH_DIR: "/scratch" });
    expect(image.volumes).to.deep.equal(["/scratch"]);
  });

  it("runs what the sandbox runs for it", async () => {
    const images = localImages({});
    const [, script = ""] = image.entrypoint;
    const path = join(ROOT, relative("/app", resolve(image.workdir, script)));
    expect(images["manager"]?.command).to.deep.equal([process.execPath, path]);
  });
});

/** A bot, the scratch folder that it shares with a manager, and what the manager must know of both. */
interface Room {
  manager: Record<string, string>;
  close(): Promise<void>;
}

async function openRoom(): Promise<Room> {
  const scratchDir = await mkdtemp(join(tmpdir(), "scratch-"));
  // As the volume is: the two containers have different users.
  await chmod(scratchDir, 0o777);
  const callbackPort = String(await freePort());
  const bot = new Child("sh", [ENTRY_POINT, process.execPath, SIMULATOR], {
    PATH: process.env["PATH"] ?? "",
    PORT: "0",
    AUTH_BASE_URL_V2: `http://127.0.0.1:${callbackPort}/v2`,
    TEMPVIDEO_DIR: scratchDir,
    STOP_FILE: join(scratchDir, ".stop"),
  });
  const { port } = JSON.parse(await bot.line("listening")) as { port: number };
  return {
    manager: {
      SCRATCH_DIR: scratchDir,
      MEETING_BOT_API_URL: `http://127.0.0.1:${port}`,
      BOT_CALLBACK_PORT: callbackPort,
    },
    close: async () => {
      bot.signal("SIGTERM");
      await bot.exitCode;
      await rm(scratchDir, { recursive: true });
    },
  };
}

describe(".dockerignore", () => {
  it("keeps settings, history, tests and installed packages out of every image", async () => {
    const ignore = await readFile(join(ROOT, ".dockerignore"), "utf8");
    const kept = [
      ".git/config",
      "functions/.env.my-project",
      "functions/src/index.ts",
      "job-runner/test/manager.test.ts",
      "job-runner/lib/main.js",
      "node_modules/esbuild/package.json",
      "service-account.json",
    ];
    expect(kept.filter((path) => isSent(ignore, path))).to.deep.equal([]);
    expect(isSent(ignore, "job-runner/src/main.ts")).to.equal(true);
  });
});
