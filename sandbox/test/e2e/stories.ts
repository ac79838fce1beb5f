import { randomBytes } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { DocumentData, DocumentReference } from "@google-cloud/firestore";
import { BOT_INSTANCES } from "@meeting-bot/core";
import { FirestoreApiKeys } from "../../../functions/src/api/firestore/firestore-api-keys.ts";
import { createKey } from "../../../scripts/api-keys/commands.ts";
import type { ExecutionRecord } from "../../src/cloud-run/execution.ts";
import { type Presence, presencesIn, roomOf } from "../../src/meeting-bot/room-register.ts";
import type { Sandbox, SandboxOptions } from "../../src/sandbox.ts";
import { waitForDocument } from "../../src/wait-for-document.ts";
import { PATIENCE_MS, startTestSandbox, surely } from "./support.ts";

/** What happens around meetings, with all that is expected of it. */
export type Story = (sandbox: Sandbox) => Promise<void>;

/** What stories are played in, and how many of them at a time. */
export interface Stage extends Omit<SandboxOptions, "env" | "logDir"> {
  atOnce?: number;
}

/**
 * A suite whose tests are played side by side in one sandbox, since most of a meeting is waiting. Each
 * is a test of its own, which waits for its story's end.
 */
export function playStories(
  title: string,
  { atOnce = 2, ...options }: Stage,
  stories: Readonly<Record<string, Story>>,
): void {
  describe(title, function () {
    this.timeout(PATIENCE_MS);
    const played = new Map(Object.keys(stories).map((name) => [name, Promise.withResolvers()]));
    let sandbox: Sandbox;

    before(async () => {
      sandbox = await startTestSandbox(title.replaceAll(/\W+/g, "-"), options);
      const rest = Object.entries(stories).values();
      const playRest = async () => {
        for (const [name, story] of rest) {
          const end = played.get(name);
          // Its test is told of a failure, which may come before the test waits for it.
          end?.promise.catch(() => {});
          await story(sandbox).then(end?.resolve, end?.reject);
        }
      };
      for (let player = 0; player < atOnce; player += 1) void playRest();
    });

    after(() => sandbox?.stop());

    for (const [name, { promise }] of played) {
      it(name, async () => {
        await promise;
      });
    }
  });
}

/** Writes a meeting of an organisation, under a name of its own unless it is given one. */
export async function writeMeeting(
  { firestore }: Sandbox,
  fields: DocumentData,
  meeting: DocumentReference = firestore.collection("meetings").doc(),
): Promise<DocumentReference> {
  const owned = { status: "scheduled", creator_organization_id: "acme", ...fields };
  await surely(() => meeting.set(owned));
  return meeting;
}

/** The bot instance that a meeting is linked to, once it is; another one than `last`. */
export async function botOf(
  meeting: DocumentReference,
  last?: DocumentReference,
): Promise<DocumentReference> {
  const id = await waitForDocument(meeting, (found) => {
    const linked: unknown = found.get("bot_instance_id");
    return typeof linked === "string" && linked !== last?.id ? linked : undefined;
  });
  return meeting.firestore.collection(BOT_INSTANCES).doc(id);
}

/** Waits until a bot has recorded so much. */
export async function recordedBy(bot: DocumentReference, seconds: number): Promise<void> {
  await waitForDocument(
    bot,
    (found) => found.get("progress.seconds_recorded") >= seconds || undefined,
  );
}

/** What an instance says when it has ended, and all its meetings have been told. */
export function endOf(bot: DocumentReference): Promise<DocumentData> {
  return waitForDocument(bot, (found) => {
    const { processed_at, wake_at, ...rest } = found.data() ?? {};
    return processed_at && !wake_at ? { processed_at, ...rest } : undefined;
  });
}

/** What a meeting says, once its recording has a status. */
export function told(meeting: DocumentReference, status: string): Promise<DocumentData> {
  return waitForDocument(meeting, (found) =>
    found.get("recording.status") === status ? found.data() : undefined,
  );
}

/** The executions of an instance, the first one first. */
export function executionsOf({ cloudRun }: Sandbox, bot: DocumentReference): ExecutionRecord[] {
  return cloudRun
    .executions()
    .filter(({ job }) => job.containers.some(({ env }) => env["BOT_INSTANCE_PATH"] === bot.path))
    .toReversed();
}

/** A meeting that lasts until the test ends it. */
export interface OpenEnded {
  /** The end of its link: what its bots find there. */
  query: string;
  end(): Promise<void>;
}

/** Makes a meeting that lasts until the test ends it, however slow the machine is. */
export async function openEnded({ logDir }: Sandbox, name: string): Promise<OpenEnded> {
  const file = join(logDir, `${name}.over`);
  await rm(file, { force: true });
  const query = new URLSearchParams({ sandbox: "h264", seconds: "600", until: file }).toString();
  return { query, end: () => writeFile(file, "") };
}

/** Who was at a link's room or in it. */
export function presencesAt({ roomRegister }: Sandbox, link: string): Presence[] {
  return presencesIn(roomRegister).filter(({ room }) => room === roomOf(link));
}

/** What the API has answered. */
export interface ApiAnswer {
  status: number;
  body: DocumentData;
}

/** Calls the deployed API in an organisation's name. */
export type Api = (method: string, path: string, body?: object) => Promise<ApiAnswer>;

/** Mints a key for an organisation, as an operator does. */
export async function openApi(
  { firestore, functionsUrl, projectId }: Sandbox,
  organizationId = "acme",
): Promise<Api> {
  const operator = { random: randomBytes, now: Date.now, operator: "test" };
  const services = { keys: new FirestoreApiKeys(firestore), ...operator };
  const key = (await createKey(services, { organizationId, name: "test" })).trim();
  return async (method, path, body) => {
    const response = await fetch(`${functionsUrl}/${projectId}/us-central1/api${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === "" ? {} : JSON.parse(text) };
  };
}
