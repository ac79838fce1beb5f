import { join } from "node:path";
import type { DocumentData, DocumentReference } from "@google-cloud/firestore";
import { followMeeting } from "../../src/demo/follow.ts";
import { ROOT } from "../../src/root.ts";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../src/sandbox.ts";

/** Starts a sandbox whose logs go to a folder of the test's own. */
export function startTestSandbox(
  name: string,
  options: Omit<SandboxOptions, "env" | "logDir"> = {},
): Promise<Sandbox> {
  const logDir = join(ROOT, ".sandbox", "logs", name);
  return startSandbox({ env: process.env, logDir, ...options });
}

/** A meeting as a user's app writes it. */
export function meetingAt(query: string, provider = "https://meet.google.com/abc-defg-hij") {
  return { meeting_url: `${provider}?${query}`, status: "scheduled" };
}

/** What the two documents say when it is over. */
export interface Ending {
  meeting: DocumentData;
  instance: DocumentData;
}

/** Writes a meeting and waits until its bot has ended. */
export async function seeThrough({ firestore }: Sandbox, fields: DocumentData): Promise<Ending> {
  const meeting = firestore.collection("meetings").doc();
  await meeting.set(fields);
  return ending(meeting);
}

/** Waits until the bot of a meeting has ended. */
export async function ending(meeting: DocumentReference): Promise<Ending> {
  const { firestore } = meeting;
  const forever = new AbortController().signal;
  const { id } = await followMeeting(firestore, meeting, () => {}, forever);
  const [written, instance] = await firestore.getAll(meeting, firestore.doc(`bot_instances/${id}`));
  return { meeting: written?.data() ?? {}, instance: instance?.data() ?? {} };
}

/** Whether a process is there. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
