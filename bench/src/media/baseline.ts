import { openAsBlob } from "node:fs";
import { join } from "node:path";
import type { MediaTools } from "./tools.ts";

/**
 * Does what a controller does that begins after the meeting: converts a recording to MP4, then to
 * M4A, then uploads both, one after the other. Returns how many seconds it took.
 */
export async function runBaseline(
  tools: MediaTools,
  folder: string,
  source: string,
  storageUrl: string,
): Promise<number> {
  const startedAt = performance.now();
  const video = join(folder, "baseline.mp4");
  const audio = join(folder, "baseline.m4a");
  const encoded = ["-c:v", "libx264", "-preset", "medium", "-crf", "23", "-c:a", "aac"];
  await tools.run(["-v", "error", "-i", source, ...encoded, "-movflags", "+faststart", video]);
  await tools.run(["-v", "error", "-i", source, "-vn", "-c:a", "aac", audio]);
  await upload(video, storageUrl);
  await upload(audio, storageUrl);
  return (performance.now() - startedAt) / 1000;
}

/** Uploads a file under a name of its own, in one resumable request. */
async function upload(path: string, storageUrl: string): Promise<void> {
  const name = encodeURIComponent(`baseline/${crypto.randomUUID()}`);
  const address = `${storageUrl}/upload/storage/v1/b/recordings/o?uploadType=resumable&name=${name}`;
  const session = await fetch(address, { method: "POST", body: "{}" });
  const sent = await fetch(session.headers.get("location") ?? "", {
    method: "PUT",
    body: await openAsBlob(path),
  });
  if (!sent.ok) throw new Error(`The baseline's upload was answered ${sent.status}.`);
}
