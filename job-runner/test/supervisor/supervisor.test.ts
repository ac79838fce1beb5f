import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { build } from "esbuild";
import { gone } from "../../../sandbox/test/cloud-run/local-cloud-run.ts";
import { EXIT } from "../../src/exit-codes.ts";
import { exitCodeAfter, MAX_RESTARTS } from "../../src/supervisor/supervise.ts";
import { Child } from "../support/child.ts";

const source = (name: string) => fileURLToPath(new URL(`../../src/${name}`, import.meta.url));

/** Says who it is, on one line. */
const GREET = `
  const { RUNNER_ID, MANAGER_RESTARTS, GREETING } = process.env;
  console.log(JSON.stringify({ start: "#" + MANAGER_RESTARTS, pid: process.pid, RUNNER_ID, GREETING }));`;
/** And that it may be told to end. */
const HELLO = `
  import { sayReady } from "${source("supervisor/ready.ts")}";
  sayReady(); ${GREET}`;
const FLUSH = `process.on("SIGTERM", () => { console.log("flushed"); process.exit(1); });`;
const FOREVER = "setInterval(() => {}, 60_000);";

describe("exitCodeAfter", () => {
  const KILLED = { code: null, signal: "SIGKILL" } as const;
  const DEFECT = { code: EXIT.crashed, signal: null };
  const NOT_STARTED = { code: null, signal: null };

  it("is the manager's own code, however early, when the manager knows how it ended", () => {
    for (const code of Object.values(EXIT).filter((known) => known !== EXIT.crashed)) {
      expect(exitCodeAfter({ code, signal: null }, 0, false)).to.equal(code);
    }
  });

  it("is none as long as a manager that was killed, or ended strangely, may be started again", () => {
    for (const death of [KILLED, DEFECT, { code: 134, signal: null }, NOT_STARTED]) {
      expect(exitCodeAfter(death, 0, false)).to.equal(undefined);
      expect(exitCodeAfter(death, MAX_RESTARTS - 1, false)).to.equal(undefined);
    }
  });

  it("tells the death when it was the last one allowed, or the platform wanted it", () => {
    for (const [restarts, isTerminated] of [[MAX_RESTARTS, false] as const, [0, true] as const]) {
      expect(exitCodeAfter(KILLED, restarts, isTerminated)).to.equal(137);
      expect(exitCodeAfter({ code: 134, signal: null }, restarts, isTerminated)).to.equal(134);
      expect(exitCodeAfter(NOT_STARTED, restarts, isTerminated)).to.equal(EXIT.crashed);
    }
  });
});

describe("the supervisor", () => {
  let folder: string;
  let supervisor: Child | undefined;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "supervisor-test-"));
    await writeFile(join(folder, "package.json"), '{"type":"module"}');
    await build({
      entryPoints: [source("supervisor.ts")],
      outdir: folder,
      bundle: true,
      platform: "node",
      format: "esm",
    });
  });

  afterEach(async () => {
    supervisor?.signal("SIGTERM");
    await supervisor?.exitCode;
    supervisor = undefined;
  });

  after(() => rm(folder, { recursive: true }));

  /** Starts the built supervisor beside a manager of that script. */
  const supervised = async (manager: string): Promise<Child> => {
    await writeFile(join(folder, "main.js"), manager);
    supervisor = new Child(process.execPath, [join(folder, "supervisor.js")], {
      PATH: process.env["PATH"] ?? "",
      GREETING: "hello",
    });
    return supervisor;
  };

  /** What the manager's start of that number has said. */
  const started = async (child: Child, restarts: number) =>
    JSON.parse(await child.line(`"start":"#${restarts}"`)) as Record<string, unknown> & {
      pid: number;
    };

  it("passes the environment on, and the output and the exit code back", async () => {
    const child = await supervised(`${HELLO} process.exitCode = ${EXIT.fencedOff};`);
    expect(await started(child, 0)).to.include({ GREETING: "hello" });
    expect(await child.exitCode).to.equal(EXIT.fencedOff);
    expect(child.lines).to.have.length(1);
  });

  it("starts a manager that was killed again, as the same runner", async () => {
    const child = await supervised(HELLO + FOREVER);
    const first = await started(child, 0);
    process.kill(first.pid, "SIGKILL");
    const second = await started(child, 1);
    expect(second.pid).to.not.equal(first.pid);
    expect(second["RUNNER_ID"])
      .to.equal(first["RUNNER_ID"])
      .and.to.match(/^[0-9a-f-]{36}$/);
    expect(JSON.parse(await child.line("is started again"))).to.deep.include({
      severity: "ERROR",
      reason: "SIGKILL",
      restarts: 1,
    });
  });

  it("starts a manager again that ended with a code it does not know, but only so often", async () => {
    const child = await supervised(`${HELLO} process.exitCode = 9;`);
    expect(await child.exitCode).to.equal(9);
    const starts = child.lines.filter((line) => line.includes('"start"'));
    expect(starts).to.have.length(1 + MAX_RESTARTS);
    expect(await child.line('"exit code 9","restarts":5')).to.be.a("string");
  });

  it("leaves nothing of a dead manager running beside the next one", async () => {
    const child = await supervised(`
      import { spawn } from "node:child_process";
      const orphan = spawn("sleep", ["60"], { detached: true, stdio: "ignore" }).pid;
      console.log(JSON.stringify({ orphan })); ${HELLO} ${FOREVER}`);
    const { pid } = await started(child, 0);
    const { orphan } = JSON.parse(await child.line("orphan")) as { orphan: number };
    process.kill(pid, "SIGKILL");
    await started(child, 1);
    await gone(orphan);
  });

  it("hands SIGTERM on, waits for the manager and ends with its code", async () => {
    const child = await supervised(`${FLUSH} ${HELLO} ${FOREVER}`);
    await started(child, 0);
    child.signal("SIGTERM");
    expect(await child.exitCode).to.equal(1);
    expect(child.lines.at(-1)).to.equal("flushed");
  });

  it("hands SIGTERM on that comes before the manager hears it", async () => {
    const child = await supervised(`
      console.log("loading");
      for (const from = Date.now(); Date.now() < from + 500; );
      ${FLUSH} ${HELLO} ${FOREVER}`);
    await child.line("loading");
    child.signal("SIGTERM");
    expect(await child.exitCode).to.equal(1);
    expect(child.lines.at(-1)).to.equal("flushed");
  });

  it("starts a manager again that died before it could be told to end, and tells that one", async () => {
    const child = await supervised(`${GREET}
      import { sayReady } from "${source("supervisor/ready.ts")}";
      ${FLUSH} ${FOREVER}
      if (MANAGER_RESTARTS === "1") sayReady();`);
    const { pid } = await started(child, 0);
    child.signal("SIGTERM");
    process.kill(pid, "SIGKILL");
    expect(await child.exitCode).to.equal(1);
    expect(child.lines.at(-1)).to.equal("flushed");
  });

  it("does not start a manager again that the platform ended", async () => {
    const child = await supervised(HELLO + FOREVER);
    await started(child, 0);
    child.signal("SIGTERM");
    expect(await child.exitCode).to.equal(143);
    expect(child.lines).to.have.length(1);
  });

  it("takes the manager along when it is killed itself", async () => {
    const child = await supervised(`
      import { endWithSupervisor } from "${source("supervisor/end-with-supervisor.ts")}";
      endWithSupervisor(); ${HELLO} ${FOREVER}`);
    const { pid } = await started(child, 0);
    child.signal("SIGKILL");
    await gone(pid);
  });

  it("does not keep a manager alive that is through", async () => {
    const child = await supervised(`
      import { endWithSupervisor } from "${source("supervisor/end-with-supervisor.ts")}";
      endWithSupervisor();`);
    expect(await child.exitCode).to.equal(EXIT.ok);
  });
});
