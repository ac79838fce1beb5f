import {
  type BotInstance,
  type BotInstanceStore,
  type Failure,
  fail,
  isClaimedBy,
  type Launcher,
  type LaunchOutcome,
  type LaunchRequest,
  launched,
  launchFailure,
} from "@meeting-bot/core";
import * as logs from "../logs.ts";

/** What launching needs. */
export interface LaunchServices {
  store: BotInstanceStore;
  launcher(): Promise<Launcher>;
  requestOf(instance: BotInstance, token: string): LaunchRequest;
  random(): number;
}

/**
 * Launches a bot if the instance is claimed by `token`, which only the caller that minted it may
 * ask for, and only once: the platform would start a second one.
 */
export async function launchBot(
  services: LaunchServices,
  instance: BotInstance,
  token: string,
): Promise<void> {
  if (!isClaimedBy(instance, token)) return;
  await note(services, instance, token, await launch(services, instance, token));
}

/** A launcher that cannot be built is a refusal like any other: an operator mends it, and no bot was sent. */
async function launch(
  { launcher, requestOf }: LaunchServices,
  instance: BotInstance,
  token: string,
): Promise<LaunchOutcome> {
  let ready: Launcher;
  try {
    ready = await launcher();
  } catch (error) {
    return { kind: "refused", failure: explainNoLauncher(error) };
  }
  return ready.launch(requestOf(instance, token));
}

function explainNoLauncher(error: unknown): Failure {
  const platformReason = error instanceof Error ? error.message : String(error);
  const message = `No bot can be launched, since the launcher could not be set up: ${platformReason}`;
  return launchFailure(message, { needsOperator: true, platformReason });
}

async function note(
  services: LaunchServices,
  instance: BotInstance,
  token: string,
  outcome: LaunchOutcome,
): Promise<void> {
  const { store, random } = services;
  if (outcome.kind === "unknown") return logs.launchUnknown(instance, outcome.reason);
  if (outcome.kind === "launched") {
    const { execution } = outcome;
    logs.botLaunched(instance, execution);
    await store.transact(instance.id, (current, at) => launched(current, { token, execution }, at));
    return;
  }
  const { failure } = outcome;
  const spread = random();
  logs.launchRefused(instance, failure);
  const event = { token, failure, random: spread };
  await store.transact(instance.id, (current, at) => fail(current, event, at));
}
