import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { expect } from "chai";
import { scenarioNames } from "../../src/meeting-bot/scenarios.ts";
import { descendants, listProcesses } from "../../src/process-tree.ts";
import { ROOT } from "../../src/root.ts";
import { isAlive, PATIENCE_MS } from "./support.ts";

const run = promisify(execFile);

/** A command of the README as npm would start it, after the set-up. */
function start(program: string, args: readonly string[], env = process.env): ChildProcess {
  const script = join(ROOT, "sandbox", "src", program);
  return spawn(process.execPath, [script, ...args], { cwd: ROOT, env });
}

/** Everything that a command printed, when it has ended. */
async function outcomeOf(
  child: ChildProcess,
): Promise<{ code: number; lines: string[]; errors: string }> {
  let output = "";
  let errors = "";
  child.stdout?.on("data", (chunk) => {
    output += chunk;
  });
  child.stderr?.on("data", (chunk) => {
    errors += chunk;
  });
  const [code] = await once(child, "close");
  return { code, lines: output.trimEnd().split("\n"), errors };
}

describe("npm run demo", function () {
  this.timeout(PATIENCE_MS);

  it("ends with one JSON object that says what is in the bucket: H.264 and AAC, as long as the meeting", async () => {
    const { code, lines, errors } = await outcomeOf(start("demo.ts", ["--json", "--seconds", "8"]));
    expect(code, errors).to.equal(0);
    expect(lines).to.have.length(1);
    const result = JSON.parse(lines[0] ?? "");
    expect(result).to.include({ status: "done", partial: false, error: null });
    expect(result.outputs.map(({ codecs }: { codecs: string[] }) => codecs)).to.have.deep.members([
      ["h264", "aac"],
      ["aac"],
    ]);
    for (const { duration_seconds, problems } of result.outputs) {
      expect(duration_seconds).to.be.closeTo(8, 0.5);
      expect(problems).to.deep.equal([]);
    }
    expect(Object.keys(result.phase_at)).to.deep.equal([
      "written",
      "claimed",
      "launched",
      "joining",
      "recording",
      "recording_ended",
      "converting",
      "uploading",
      "done",
    ]);
    expect(result.latency_ms).to.have.keys(
      "written_to_claimed",
      "written_to_launched",
      "recording_end_to_done",
    );
  });

  for (const [launcher, storage] of [
    ["gke", "s3"],
    ["ecs", "s3"],
    ["local", "file"],
  ] as const) {
    it(`records as well with ${launcher}, into ${storage}://`, async () => {
      const where = ["--launcher", launcher, "--storage", storage];
      const { code, lines, errors } = await outcomeOf(
        start("demo.ts", ["--json", "--seconds", "8", ...where]),
      );
      expect(code, errors).to.equal(0);
      const { outputs, ...result } = JSON.parse(lines.at(-1) ?? "");
      expect(result).to.include({ status: "done", partial: false, error: null });
      for (const { uri, problems } of outputs) {
        expect(uri).to.match(new RegExp(`^${storage}://`));
        expect(problems).to.deep.equal([]);
      }
      expect(outputs).to.have.length(2);
    });
  }

  it("exits 1 and says why when the recording failed", async () => {
    const url = "https://meet.google.com/abc-defg-hij?sandbox=denied";
    const { code, lines } = await outcomeOf(start("demo.ts", ["--json", "--url", url]));
    const result = JSON.parse(lines.at(-1) ?? "");
    expect(code).to.equal(1);
    expect(result).to.deep.include({ status: "failed", outputs: [] });
    expect(result.error).to.include({ code: "NOT_ADMITTED" });
  });

  it("explains itself, and mistakes in its options", async () => {
    const help = await outcomeOf(start("demo.ts", ["--help"]));
    expect(help.code).to.equal(0);
    expect(help.lines[0]).to.match(/^Usage: npm run demo/);
    const mistake = await outcomeOf(start("demo.ts", ["--seconds", "soon"]));
    expect(mistake.code).to.equal(2);
    expect(mistake.errors).to.match(/--seconds is "soon", but must be a number from 1 to/);
    const platform = await outcomeOf(start("demo.ts", ["--launcher", "nomad"]));
    expect(platform.code).to.equal(2);
    expect(platform.errors).to.match(/must be one of cloud-run, gke, ecs, local/);
    const unknown = await outcomeOf(start("demo.ts", ["--fast"]));
    expect(unknown.code).to.equal(2);
    expect(unknown.errors).to.match(/--fast/);
  });
});

describe("npm run demo:api", function () {
  this.timeout(PATIENCE_MS);

  it("asks, is told, verifies, and downloads by signed URLs and by addresses of either style", async () => {
    const { code, lines, errors } = await outcomeOf(
      start("api-demo.ts", ["--json", "--seconds", "5"]),
    );
    expect(code, errors).to.equal(0);
    const { downloads, ...result } = JSON.parse(lines.at(-1) ?? "");
    expect(result).to.include({ event: "recording.completed", verified: true });
    const hosts = downloads.map(({ style, url }: { style: string; url: string }) => [
      style,
      new URL(url).hostname,
    ]);
    const ways = [
      ["minio", "127.0.0.1"],
      ["aws", "demo-recordings.s3.us-east-1.amazonaws.com"],
      ["api", "127.0.0.1"],
    ];
    expect(hosts).to.deep.equal([...ways, ...ways]);
    expect(downloads.map(({ ok }: { ok: boolean }) => ok)).to.not.include(false);
  });

  it("explains itself, and mistakes in its options", async () => {
    const help = await outcomeOf(start("api-demo.ts", ["--help"]));
    expect(help.code).to.equal(0);
    expect(help.lines[0]).to.match(/^Usage: npm run demo:api/);
    const mistake = await outcomeOf(start("api-demo.ts", ["--seconds", "soon"]));
    expect(mistake.code).to.equal(2);
    expect(mistake.errors).to.match(/--seconds is "soon", but must be a number from 1 to/);
  });
});

describe("npm start", function () {
  this.timeout(PATIENCE_MS);
  let sandbox: ChildProcess;
  let temporary: string;

  beforeEach(async () => {
    temporary = await mkdtemp(join(tmpdir(), "start-test-"));
  });
  afterEach(async () => {
    sandbox?.kill("SIGKILL");
    await rm(temporary, { recursive: true, force: true });
  });

  it("prints a command that writes a meeting, lets nobody else in, and leaves nothing behind after Ctrl-C", async () => {
    const env = { ...process.env, TMPDIR: temporary };
    sandbox = start("start.ts", ["--free-ports", "--sweep-seconds", "2"], env);
    const guide = await readGuide(sandbox);
    const commands = guide.match(/curl (?:.*\\\n)*.*/g) ?? [];
    expect(commands).to.have.length(2);
    const [write = "", read = ""] = commands;

    const written = JSON.parse((await run("sh", ["-c", write])).stdout);
    expect(written.name).to.match(/^projects\/demo-meeting-bot\/.*\/meetings\/\w+$/);
    await untilShown(read, "recording");

    const anybody = await fetch(/http:\S+\/documents\/bot_instances/.exec(read)?.[0] ?? "");
    expect(anybody.status).to.equal(403);

    const processes = descendants(Number(sandbox.pid), await listProcesses());
    const ports = [...guide.matchAll(/127\.0\.0\.1:(\d+)/g)].map(([, port]) => Number(port));
    sandbox.kill("SIGINT");
    const [code] = await once(sandbox, "exit");

    expect(code).to.equal(0);
    expect(processes.filter(isAlive)).to.deep.equal([]);
    expect(await Promise.all(ports.map(isOpen))).not.to.include(true);
    const left = (await readdir(temporary)).filter((name) => !/^hsperfdata_/.test(name));
    expect(left).to.deep.equal([]);
  });
});

const LAST_SCENARIO = scenarioNames.at(-1) ?? "";

/** What the sandbox prints until it has said everything. */
async function readGuide(child: ChildProcess): Promise<string> {
  const lines: string[] = [];
  if (!child.stdout) throw new Error("The sandbox has no output.");
  const errors: string[] = [];
  child.stderr?.on("data", (chunk) => errors.push(String(chunk)));
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    if (line.includes(LAST_SCENARIO)) return lines.join("\n");
  }
  throw new Error(`The sandbox ended early:\n${lines.join("\n")}\n${errors.join("")}`);
}

/** Repeats a command until its output holds `word`; mocha's time-out is the bound. */
async function untilShown(command: string, word: string): Promise<void> {
  while (!(await run("sh", ["-c", command])).stdout.includes(`"${word}"`));
}

async function isOpen(port: number): Promise<boolean> {
  const socket = createConnection({ host: "127.0.0.1", port });
  const opened = await Promise.race([
    once(socket, "connect").then(() => true),
    once(socket, "error").then(() => false),
  ]).catch(() => false);
  socket.destroy();
  return opened;
}
