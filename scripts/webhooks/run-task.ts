import type { EndpointOutcome, WebhookEndpoint, WebhookStore } from "@meeting-bot/core";
import { readSecretList } from "../../functions/src/secrets.ts";
import { endpointSecret, LEAST_MASTER_CHARACTERS } from "../../functions/src/webhooks/signing.ts";
import type { Task } from "./task.ts";

/** What a task works with. */
export interface TaskServices {
  webhooks: WebhookStore;
  /** The value of the secret WEBHOOK_SECRETS; undefined where nobody said. */
  masters: string | undefined;
}

const REFUSALS = {
  "not-found": "There is no such endpoint.",
  "too-many": "The organisation has as many endpoints as it can have: remove one first.",
  invalid: "This cannot be an endpoint: its URL or its events are not well-formed.",
} as const;

const SECRETS = "WEBHOOK_SECRETS";

/** Does what the command line asks for; the text to print. Throws an error in the user's words. */
export async function runTask(task: Task, { webhooks, masters }: TaskServices): Promise<string> {
  const { organizationId } = task;
  switch (task.command) {
    case "add":
      return describe(await done(webhooks.addEndpoint(organizationId, task.request)));
    case "list":
      return (await webhooks.listEndpoints(organizationId)).map(describe).join("");
    case "remove":
      await done(webhooks.removeEndpoint(organizationId, task.endpointId));
      return `${task.endpointId} removed\n`;
    case "enable":
      return describe(await done(webhooks.enableEndpoint(organizationId, task.endpointId)));
    case "secret":
      return secretsOf(task.endpointId, masters);
  }
}

async function done(change: Promise<EndpointOutcome>): Promise<WebhookEndpoint> {
  const outcome = await change;
  if (outcome.ok) return outcome.endpoint;
  throw new Error(REFUSALS[outcome.reason]);
}

/** One line. A URL's query may hold a secret of the receiver's, and terminals are recorded. */
function describe({ id, url, events, disabledAt, disabledReason }: WebhookEndpoint): string {
  const { origin, pathname, search } = new URL(url);
  const state = disabledAt === undefined ? "enabled" : `disabled: ${disabledReason ?? "no reason"}`;
  return `${id} ${origin}${pathname}${search && "?…"} ${events.join(",")} ${state}\n`;
}

function secretsOf(endpointId: string, masters: string | undefined): string {
  if (!masters) throw new Error(`${SECRETS} is not set in the environment; --help explains.`);
  const list = readSecretList(SECRETS, masters, LEAST_MASTER_CHARACTERS);
  return list.map((master) => `${endpointSecret(master, endpointId)}\n`).join("");
}
