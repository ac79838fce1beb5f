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
import { findRunning, signalAll } from "./processes.ts";

/** The manager is one process of its container; with all of them the execution ends. */
type Victim = "function" | "manager" | "execution";

const MANAGER_PHASES: readonly Phase[] = ["joining", "recording", "converting", "uploading"];

/** Who is killed when the instance is seen in which phase. */
const KILLS: readonly { who: Victim; phase: Phase }[] = [
  { who: "function", phase: "claimed" },
  { who: "function", phase: "launched" },
  ...MANAGER_PHASES.map((phase) => ({ who: "manager", phase }) as const),
  ...MANAGER_PHASES.map((phase) => ({ who: "execution", phase }) as const),
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
  who: Victim;
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

function isGood({ who, status, executions, reason, seconds_to_end }: Ending): boolean {
  const isRestarted = who !== "manager" || executions === 1;
  return isRestarted && (status === "done" || reason !== "") && seconds_to_end <= BOUND_SECONDS;
}

async function killAt(sandbox: Sandbox, who: Victim, phase: Phase): Promise<Ending> {
  const { firestore, cloudRun, schedules } = sandbox;
  const before = cloudRun.executions().length;
  if (phase === "claimed") cloudRun.inject({ kind: "delay", delayMs: LAUNCH_ANSWER_MS });
  // The emulator never answers for a function that is killed while it loads: the sweep must not be one.
  if (who === "function") await schedules.sweep.fire();
  const meeting = firestore.collection("meetings").doc();
  await meeting.set({
    meeting_url: `https://meet.google.com/abc-defg-hij?sandbox=h264&seconds=${MEETING_SECONDS}`,
    status: "scheduled",
  });
  const id = await waitForDocument(meeting, (found) => found.get("bot_instance_id") ?? undefined);
  const instance = firestore.collection(BOT_INSTANCES).doc(id);
  await waitForDocument(instance, (found) => found.get(`phase_at.${phase}`));
  const killedAt = Date.now();
  signalAll(await findVictims(sandbox, who), "SIGKILL");
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

/** The processes to be killed; the emulator starts new ones for its functions. */
async function findVictims({ cloudRun }: Sandbox, who: Victim): Promise<number[]> {
  const processes = await listProcesses();
  if (who === "function") {
    return findRunning(/functionsEmulatorRuntime/, descendants(process.pid, processes));
  }
  const supervisor = cloudRun.executions()[0]?.pids["manager"];
  if (supervisor === undefined) throw new Error("There is no manager to be killed.");
  const container = [supervisor, ...descendants(supervisor, processes)];
  return who === "execution" ? container : findRunning(/job-runner\/lib\/main\.js/, container);
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
