import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { signal } from "../../src/machine/processes.ts";
import { gone } from "../cloud-run/local-cloud-run.ts";

const FOLDER = fileURLToPath(new URL("../../../deploy/meeting-bot/", import.meta.url));
const FOREVER = "while :; do sleep 0.05; done";

/** A bot with a browser, both deaf to SIGTERM, as the real bot is while a meeting lasts. */
const STUBBORN = `trap '' TERM; sh -c 'trap "" TERM; ${FOREVER}' & echo "$$ $!"; ${FOREVER}`;

/** A bot that says goodbye, with a browser that ends on SIGTERM. */
const POLITE = `trap 'echo bye; exit 3' TERM; sleep 60 & echo "$$ $!"; ${FOREVER}`;

describe("the bot's entry point", () => {
  let folder: string;
  let entrypoint: ChildProcess | undefined;
  let bots: number[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "entrypoint-test-"));
  });

  afterEach(() => {
    entrypoint?.kill("SIGKILL");
    for (const pid of bots) signal(pid, "SIGKILL");
    bots = [];
    rmSync(folder, { recursive: true });
  });

  const stopFile = () => join(folder, "stop");

  /** Starts the entry point; `line` reads what the bot prints, `code` is the exit code. */
  const start = (script: string, env: Record<string, string> = { STOP_FILE: stopFile() }) => {
    const started = spawn(join(FOLDER, "entrypoint.sh"), ["sh", "-c", script], {
      env: { PATH: process.env["PATH"], STOP_GRACE_SECONDS: "1", ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    entrypoint = started;
    const lines = createInterface({ input: started.stdout })[Symbol.asyncIterator]();
    return {
      line: async () => String((await lines.next()).value),
      code: once(started, "exit").then(([code]) => code),
      signal: (name: NodeJS.Signals) => started.kill(name),
    };
  };

  /** The process ids that a bot has printed. */
  const pids = (line: string) => {
    bots = line.split(" ").map(Number);
    return bots;
  };

  it("ends when the bot ends by itself, prints its exit code, exits 0 and takes its children along", async () => {
    const bot = start("sleep 60 & echo $!; exit 7");
    const [child = 0] = pids(await bot.line());
    expect(await bot.line()).to.equal("The meeting bot exited with code 7.");
    expect(await bot.code).to.equal(0);
    await gone(child);
  });

  it("on the stop file asks the whole group to end, and exits 0", async () => {
    const bot = start(POLITE);
    const left = pids(await bot.line());
    writeFileSync(stopFile(), "");
    expect(await bot.line()).to.equal("bye");
    expect(await bot.code).to.equal(0);
    await gone(...left);
  });

  it("kills a group that does not end within the grace", async () => {
    const bot = start(STUBBORN);
    const left = pids(await bot.line());
    const stoppedAt = Date.now();
    writeFileSync(stopFile(), "");
    expect(await bot.code).to.equal(0);
    expect(Date.now() - stoppedAt).to.be.at.least(900);
    await gone(...left);
  });

  it("does the same on the platform's SIGTERM", async () => {
    const bot = start(STUBBORN);
    const left = pids(await bot.line());
    bot.signal("SIGTERM");
    expect(await bot.code).to.equal(0);
    await gone(...left);
  });

  it("starts no bot when the stop file is there already", async () => {
    writeFileSync(stopFile(), "");
    const bot = start("echo started");
    expect(await bot.code).to.equal(0);
    expect(await bot.line()).to.equal("undefined");
  });

  it("refuses to start without the name of the stop file", async () => {
    const bot = start("echo started", {});
    expect(await bot.code).to.not.equal(0);
    expect(await bot.line()).to.equal("undefined");
  });
}).timeout(20_000);

describe("the bot's Dockerfile", () => {
  it("puts a script before Chrome that adds --disable-dev-shm-usage, unless told otherwise", () => {
    const folder = mkdtempSync(join(tmpdir(), "dockerfile-test-"));
    const chrome = join(folder, "google-chrome");
    writeFileSync(join(folder, "chrome"), '#!/bin/sh\nfor each; do echo "$each"; done\n');
    chmodSync(join(folder, "chrome"), 0o755);
    symlinkSync("chrome", chrome);
    const dockerfile = readFileSync(join(FOLDER, "Dockerfile"), "utf8");
    const run = /^RUN ((?:.*\\\n)*.*)/m.exec(dockerfile)?.[1] ?? expect.fail("no RUN");
    execFileSync("sh", ["-ec", run], { env: { PATH: process.env["PATH"], CHROME: chrome } });
    const args = (env: Record<string, string>) =>
      execFileSync(chrome, ["--a", "b c"], { encoding: "utf8", env }).trim().split("\n");
    expect(args({})).to.deep.equal(["--disable-dev-shm-usage", "--a", "b c"]);
    expect(args({ CHROME_FLAGS: "" })).to.deep.equal(["--a", "b c"]);
    rmSync(folder, { recursive: true });
  });

  it("declares the folder that it shares with the manager, open to both, before it drops its rights", () => {
    const dockerfile = readFileSync(join(FOLDER, "Dockerfile"), "utf8");
    const folder = "/usr/src/app/dist/_tempvideo";
    const order = [
      `RUN install --directory --mode=0777 ${folder}`,
      `VOLUME ["${folder}"]`,
      "USER 1001",
    ];
    const places = order.map((line) => dockerfile.indexOf(`\n${line}\n`));
    expect(places)
      .to.deep.equal(places.toSorted((a, b) => a - b))
      .and.not.include(-1);
  });

  it("starts the bot by the entry point that it copies", () => {
    const dockerfile = readFileSync(join(FOLDER, "Dockerfile"), "utf8");
    const copied = /^COPY --chmod=755 entrypoint\.sh (\S+)$/m.exec(dockerfile)?.[1];
    const entrypoint = JSON.parse(/^ENTRYPOINT (.*)$/m.exec(dockerfile)?.[1] ?? "[]");
    expect(entrypoint[0]).to.equal(copied);
    expect(dockerfile).to.match(/^USER 1001$/m);
  });
});
