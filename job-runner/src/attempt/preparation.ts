import { access, constants, mkdir, rm } from "node:fs/promises";
import {
  type BotInstance,
  type Failure,
  failure,
  HOUR,
  type Instant,
  MINUTE,
  parseRecordingOptions,
  type RecordingOptions,
  SECOND,
} from "@meeting-bot/core";
import type { Clock } from "../bot/clock.ts";
import type { Config } from "../config.ts";
import type { FfmpegBinaries } from "../media/ffmpeg-binaries.ts";
import { budgetProblem } from "../scratch/disk-budget.ts";
import { recordingPathOf } from "./recording-path.ts";

/** What has to be known before a bot is sent: nothing could be made of its recording otherwise. */
export interface Preparation {
  /** Where the objects of the recording go. */
  path: string;
  options: RecordingOptions;
  binaries: FfmpegBinaries;
}

/** What preparing needs. */
export interface PrepareServices {
  config: Config;
  clock: Clock;
  /** Looks for ffmpeg; rejects when there is none that runs. */
  findBinaries(): Promise<FfmpegBinaries>;
  /** The bytes that may still be written to the scratch folder. */
  freeBytes(): Promise<number>;
}

/** A meeting may go on for longer than planned. */
const OVERTIME_MS = 15 * MINUTE;
/** How long a meeting is taken to be that does not say when it ends. */
const USUAL_MEETING_MS = HOUR;

/** Makes sure of everything that a recording needs, or says what is missing. */
export async function prepare(
  services: PrepareServices,
  instance: BotInstance,
): Promise<Preparation | Failure> {
  const path = recordingPathOf(instance);
  if (!path.ok) return path.failure;
  const parsed = parseRecordingOptions(instance.recordingOptions, services.config);
  if (!parsed.ok) {
    const problems = parsed.problems.map(({ field, message }) => `${field} ${message}`);
    return failure("INVALID_MEETING", "request", `${problems.join("; ")}.`);
  }
  const binaries = await services.findBinaries().catch(explainMissing);
  if ("code" in binaries) return binaries;
  const { options } = parsed;
  const unusable = await findScratchProblem(services.config);
  const tooLittle = unusable ?? (await findDiskProblem(services, instance, options));
  return tooLittle ?? { path: path.path, options, binaries };
}

/** Makes the folder that everything is made in. */
async function findScratchProblem({ workDir, restarts }: Config): Promise<Failure | undefined> {
  try {
    // On a volume that outlives attempts it may hold another one's; a restarted manager goes on with it.
    if (restarts === 0) await rm(workDir, { recursive: true, force: true });
    await mkdir(workDir, { recursive: true });
    await access(workDir, constants.W_OK);
    return undefined;
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    const advice = "Mount a volume at SCRATCH_DIR that the manager's user may write to.";
    const message = `The scratch folder ${workDir} cannot be written (${code}). ${advice}`;
    return { ...failure("NO_RECORDING", "recording", message), retryable: false };
  }
}

function explainMissing({ message }: Error): Failure {
  return failure("CONVERSION_FAILED", "converting", `Nothing could be converted: ${message}.`);
}

async function findDiskProblem(
  { config, clock, freeBytes }: PrepareServices,
  instance: BotInstance,
  options: RecordingOptions,
): Promise<Failure | undefined> {
  const problem = budgetProblem({
    freeBytes: await freeBytes(),
    expectedSeconds: expectedMs(instance, options, config, clock.now()) / SECOND,
    kilobitsPerSecond: config.expectedKilobitsPerSecond,
  });
  if (problem === undefined) return undefined;
  const advice = "Give the job a larger disk: SCRATCH_STORAGE_SIZE.";
  // The next attempt would have the same disk.
  return { ...failure("NO_RECORDING", "recording", `${problem} ${advice}`), retryable: false };
}

/** How long a recording that begins now may become, in milliseconds. */
export function expectedMs(
  { endAt, finishOnly, source }: Pick<BotInstance, "endAt" | "finishOnly" | "source">,
  { maxDurationMinutes = Number.POSITIVE_INFINITY }: Pick<RecordingOptions, "maxDurationMinutes">,
  { maxRecordingMinutes, restarts }: Pick<Config, "maxRecordingMinutes" | "restarts">,
  now: Instant,
): number {
  // Beside a manager that is started again the bot goes on: the disk holds its recording by now.
  if (finishOnly || source || restarts > 0) return 0;
  const planned = endAt === undefined ? USUAL_MEETING_MS : Math.max(0, endAt - now) + OVERTIME_MS;
  return Math.min(planned, maxDurationMinutes * MINUTE, maxRecordingMinutes * MINUTE);
}
