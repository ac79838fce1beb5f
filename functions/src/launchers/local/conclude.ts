import { rm } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Ending } from "./ending.ts";
import { markerOf } from "./environments.ts";
import { writeEnding } from "./execution-folder.ts";
import { PROGRAMS } from "./order.ts";
import { killMarked } from "./processes.ts";

/** What an execution writes to, and what ends with it; its logs stay. */
const DISK = ["scratch", ...PROGRAMS];

/** Ends what is left of an execution, frees its disk, and writes down how it has ended. */
export async function conclude(folder: string, ending: Ending): Promise<void> {
  await killMarked(PROGRAMS.map((program) => markerOf(basename(folder), program)));
  for (const name of DISK) await rm(join(folder, name), { recursive: true, force: true });
  await writeEnding(folder, ending);
}
