import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import installed from "@ffprobe-installer/ffprobe";

/** The ffprobe to read recordings with: the one on the search path `path`, else the one that npm installed. */
export function findFfprobe(path: string): string {
  const onPath = path.split(delimiter).map((folder) => join(folder, "ffprobe"));
  return onPath.find((file) => existsSync(file)) ?? installed.path;
}
