import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { BOT_INSTANCES, type Phase } from "@meeting-bot/core";
import {
  descendants,
  listProcesses,
  ROOT,
  type Sandbox,
  startSandbox,
  waitForDocument,
} from "@meeting-bot/sandbox";

/** Who is killed when the instance is seen in which phase. */
const KILLS: readonly { who: "function" | "manager"; phase: Phase }[] = [
  { who: "function", phase: "claimed" },
  { who: "function", phase: "launched" },
  { who: "manager", phase: "joining" },
  { who: "manager", phase: "recording" },
  { who: "manager", phase: "converting" },
  { who: "manager", phase: "uploading" },
];

/** Shorter stages than deployed, so that somebody can wait for them; printed with the table. */
const SETTINGS = {
  LAUNCH_LEASE_SECONDS: "10",
  CLAIM_TTL_SECONDS: "20",
  HEARTBEAT_LEASE_SECONDS: "10",
  RETRY_BASE_SECONDS: "1",
};
const SWEEP_SECONDS = 2;
const MEETING_SECONDS = 6;
/** A lease, a sweep, a back-off and a whole second attempt, on a machine of two cores. */
const BOUND_SECONDS = 90;
/** Cloud Run answers so much later than it has started, so that a kill can fall in between. */
const LAUNCH_ANSWER_MS = 2000;

/** How one kill ended. */
interface Ending {
  who: string;
  phase: Phase;
  status: string;
  attempts: number;
  executions: number;
  reason: string;
  seconds_to_end: number;
}

/** Kills somebody at every phase boundary, one run each; whether each run ended within its bound. */
export async function runKills(args: readonly string[]): Promise<boolean> {
  const { values } = parseArgs({ args: [...args], options: { json: { type: "boolean" } } });
  const logDir = join(ROOT, ".sandbox", "logs", "kills");
  const options = { env: process.env, logDir, settings: SETTINGS, sweepSeconds: SWEEP_SECONDS };
  const sandbox = await startSandbox(options);
  try {
    const endings: Ending[] = [];
    for (const { who, phase } of KILLS) endings.push(await killAt(sandbox, who, phase));
    process.stdout.write(`${values.json ? JSON.stringify(endings) : describe(endings)}\n`);
    return endings.every(isGood);
  } finally {
    await sandbox.stop();
  }
}

function isGood({ status, reason, seconds_to_end }: Ending): boolean {
  return (status === "done" || reason !== "") && seconds_to_end <= BOUND_SECONDS;
}

async function killAt(sandbox: Sandbox, who: Ending["who"], phase: Phase): Promise<Ending> {
  const { firestore, cloudRun } = sandbox;
  const before = cloudRun.executions().length;
  if (who === "function") cloudRun.inject({ kind: "delay", delayMs: LAUNCH_ANSWER_MS });
  const meeting = firestore.collection("meetings").doc();
  await meeting.set({
    meeting_url: `https://meet.google.com/abc-defg-hij?sandbox=h264&seconds=${MEETING_SECONDS}`,
    status: "scheduled",
  });
  const id = await waitForDocument(meeting, (found) => found.get("bot_instance_id") ?? undefined);
  const instance = firestore.collection(BOT_INSTANCES).doc(id);
  await waitForDocument(instance, (found) => found.get(`phase_at.${phase}`));
  const killedAt = Date.now();
  if (who === "function") await killFunctions();
  else killManager(sandbox);
  const ended = await waitForDocument(instance, (found) =>
    found.get("processed_at") ? found.data() : undefined,
  );
  return {
    who,
    phase,
    status: ended["status"],
    attempts: ended["attempt"],
    executions: cloudRun.executions().length - before,
    reason: ended["error"]?.message ?? "",
    seconds_to_end: Math.round((Date.now() - killedAt) / 100) / 10,
  };
}

function killManager({ cloudRun }: Sandbox): void {
  const pid = cloudRun.executions()[0]?.pids["manager"];
  if (pid === undefined) throw new Error("There is no manager to be killed.");
  process.kill(pid, "SIGKILL");
}

/** Kills every process that the functions emulator runs functions in; it starts new ones. */
async function killFunctions(): Promise<void> {
  for (const pid of descendants(process.pid, await listProcesses())) {
    const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    if (command.includes("functionsEmulatorRuntime")) process.kill(pid, "SIGKILL");
  }
}

function describe(endings: readonly Ending[]): string {
  const stages = Object.entries(SETTINGS).map(([name, value]) => `${name}=${value}`);
  const head = `Sweep every ${SWEEP_SECONDS} s, a meeting of ${MEETING_SECONDS} s, ${stages.join(", ")}`;
  const rows = endings.map(({ who, phase, status, attempts, executions, seconds_to_end, reason }) =>
    [
      `${who} killed at ${phase}`.padEnd(30),
      status.padEnd(8),
      `${attempts} attempts, ${executions} executions`.padEnd(28),
      `${seconds_to_end} s`.padStart(8),
      reason,
    ].join("  "),
  );
  return [head, ...rows].join("\n");
}
