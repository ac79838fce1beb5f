import { copyFile, mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Plan } from "./plan.ts";

/** What decides where a bot's recording lies. */
export interface RecordingPlace {
  root: string;
  userId: string;
  /** The `botId`, or the `eventId` of a request without one. */
  entityId: string;
  /** With its dot. */
  extension: string;
}

/** Where the bot keeps the recording that it uploads; the `0` is its retry count, which stays 0. */
export function documentedPath({ root, userId, entityId, extension }: RecordingPlace): string {
  const name = Buffer.from(`${userId}${entityId}0`).toString("base64url");
  return join(root, userId, `${name}${extension}`);
}

/** Where the first bytes of a meeting go; undefined when none are written. */
export function growingPath(file: Plan["file"], place: RecordingPlace): string | undefined {
  const teamsPath = join(place.root, `recording-${place.entityId}${place.extension}`);
  const paths: Record<Plan["file"], string | undefined> = {
    documented: documentedPath(place),
    "teams-upstream": teamsPath,
    renamed: teamsPath,
    none: undefined,
  };
  return paths[file];
}

/** Where the last bytes of a meeting have gone; undefined when none were written. */
export function grownPath(file: Plan["file"], place: RecordingPlace): string | undefined {
  return file === "renamed" ? documentedPath(place) : growingPath(file, place);
}

/** Copies a recording that grew elsewhere to its documented path, as upstream's Teams bot does. */
export async function fillDocumentedPath(file: Plan["file"], place: RecordingPlace): Promise<void> {
  const grown = grownPath(file, place);
  const documented = documentedPath(place);
  if (!grown || grown === documented) return;
  await mkdir(dirname(documented), { recursive: true });
  await copyFile(grown, documented);
}
