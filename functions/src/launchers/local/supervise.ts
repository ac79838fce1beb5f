import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { Environment, Failure } from "@meeting-bot/core";
import { conclude } from "./conclude.ts";
import type { Why } from "./ending.ts";
import { environmentsOf, markerOf, type Place, placeIn } from "./environments.ts";
import { type Answer, type Order, PROGRAMS, type ProgramName } from "./order.ts";
import { freePorts } from "./ports.ts";
import { type Program, startProgram } from "./program.ts";
import { explainNoFolder, explainNoPort, explainNoProgram } from "./refusal.ts";

/** What a supervisor has around it. */
export interface Surroundings {
  environment: Environment;
  /** Aborts when the execution is to end. */
  cancelled: AbortSignal;
  /** Tells the launcher, if it still listens. */
  answer(answer: Answer): Promise<void>;
}

type Programs = Record<ProgramName, Program>;

/**
 * Runs an execution: starts its programs, waits for the manager's end, the time-out or a cancel, ends
 * whatever runs then, and writes down what came of it. A bot that has ended does not end its manager,
 * which still has to store what was recorded.
 */
export async function supervise(order: Order, surroundings: Surroundings): Promise<void> {
  const { folder, killGraceMs } = order;
  const started = await start(order, surroundings.environment);
  if ("failure" in started) return refuse(folder, started.failure, surroundings);
  await surroundings.answer({ kind: "started" });
  const why = await reasonToEnd(started.manager, order.timeoutSeconds * 1000, surroundings);
  const [bot, manager] = await Promise.all([
    started.bot.end(killGraceMs),
    started.manager.end(killGraceMs),
  ]);
  await conclude(folder, { why, exits: { bot, manager }, endedAt: Date.now() });
}

/** A launcher that listens removes the folder; one that has not waited will look into it. */
async function refuse(folder: string, failure: Failure, { answer }: Surroundings): Promise<void> {
  const { message: reason, needsOperator } = failure;
  try {
    await conclude(folder, {
      why: "not-started",
      reason,
      ...(needsOperator && { needsOperator }),
      endedAt: Date.now(),
    });
  } finally {
    // It may be a full disk that is the reason.
    await answer({ kind: "refused", failure });
  }
}

async function reasonToEnd(
  manager: Program,
  timeoutMs: number,
  { cancelled }: Surroundings,
): Promise<Why> {
  if (cancelled.aborted) return "cancelled";
  return Promise.race([
    manager.exited.then(() => "manager-ended" as const),
    setTimeout(timeoutMs, "timed-out" as const, { ref: false }),
    once(cancelled, "abort").then(() => "cancelled" as const),
  ]);
}

/** All of the programs, or the failure of the first that does not run: then none does. */
async function start(
  order: Order,
  inherited: Environment,
): Promise<Programs | { failure: Failure }> {
  const place = await takePlace(order);
  if ("failure" in place) return place;
  const environments = environmentsOf(order, place, inherited);
  const programs: Partial<Programs> = {};
  for (const name of PROGRAMS) {
    const { command } = order.programs[name];
    try {
      programs[name] = await startProgram({
        command,
        environment: environments[name],
        marker: markerOf(order.name, name),
        folder: place.folders[name],
        logFile: join(order.folder, `${name}.log`),
      });
    } catch (error) {
      await Promise.all(Object.values(programs).map((program) => program.end(0)));
      return { failure: explainNoProgram(name, command[0] ?? "", error) };
    }
  }
  return programs as Programs;
}

async function takePlace({ folder, ports }: Order): Promise<Place | { failure: Failure }> {
  const [botPort, callbackPort] = (await freePorts(2, ports)) ?? [];
  if (botPort === undefined || callbackPort === undefined) return { failure: explainNoPort(ports) };
  const place = placeIn(folder, { botPort, callbackPort });
  try {
    const mode = 0o700;
    for (const path of [place.scratch, ...Object.values(place.folders)])
      await mkdir(path, { mode });
    return place;
  } catch (error) {
    return { failure: explainNoFolder(folder, error) };
  }
}
