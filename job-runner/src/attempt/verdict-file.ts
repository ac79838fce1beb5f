import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Config } from "../config.ts";
import type { RecordedMeeting } from "./record-meeting.ts";

type Place = Pick<Config, "workDir" | "restarts">;

/** Notes how a meeting ended, for a manager that is started again in this one's place. */
export async function writeVerdict({ workDir }: Place, recorded: RecordedMeeting): Promise<void> {
  if (recorded.kind !== "recorded") return;
  await mkdir(workDir, { recursive: true });
  const unfinished = `${fileIn(workDir)}.new`;
  await writeFile(unfinished, JSON.stringify(recorded));
  await rename(unfinished, fileIn(workDir));
}

/** How the meeting ended, if a manager before this one saw it; its bot is gone by now. */
export async function readVerdict({
  workDir,
  restarts,
}: Place): Promise<RecordedMeeting | undefined> {
  if (restarts === 0) return undefined;
  const text = await readFile(fileIn(workDir), "utf8").catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as RecordedMeeting);
}

function fileIn(workDir: string): string {
  return join(workDir, "verdict.json");
}
