import { type BotInstance, isTerminal } from "@meeting-bot/core";
import { type Answer, ok } from "../answer.ts";
import type { Call } from "../call.ts";
import { problem } from "../problem.ts";
import type { ApiServices } from "../services.ts";
import { eraseInstance } from "./erase-instance.ts";
import { AT_WORK, lifeOf } from "./handlers.ts";
import { isStored, toRecordingJson } from "./recording-json.ts";

const NO_RECORDING = problem("not-found", "There is no such recording.");

/** Shows what a bot has recorded, whatever has become of its meetings. */
export async function getInstanceRecording(call: Call, services: ApiServices): Promise<Answer> {
  const instance = await findOwn(call, services);
  if (!instance || !isStored(instance)) return NO_RECORDING;
  return ok(await toRecordingJson(instance, lifeOf(call), services));
}

/** Removes what a bot has recorded, whatever has become of its meetings. */
export async function eraseInstanceRecording(call: Call, services: ApiServices): Promise<Answer> {
  const instance = await findOwn(call, services);
  if (!instance) return NO_RECORDING;
  if (!isTerminal(instance)) return AT_WORK;
  await eraseInstance(instance, [], call.caller, services);
  return { status: 204 };
}

/** The caller's own; another organisation's is not there. */
async function findOwn(
  { caller, path }: Call,
  { store }: ApiServices,
): Promise<BotInstance | undefined> {
  const instance = await store.find(path["instance"] ?? "");
  return instance?.creatorOrganizationId === caller.organizationId ? instance : undefined;
}
