import type { BotInstance } from "../bot-instance/bot-instance.ts";
import { type Failure, failure } from "../errors.ts";
import { parseRecordingPath } from "../object-names.ts";
import type { Problem } from "./fields.ts";
import { type LinkRules, parseMeetingUrl } from "./meeting-url.ts";
import { readOptions } from "./recording-options.ts";

type Asked = Pick<BotInstance, "meetingUrl" | "source" | "gcsPath" | "recordingOptions">;

/**
 * Why nothing can be recorded for an instance, whoever made it; undefined when nothing speaks against it.
 * A meeting was checked before its instance was made, but others make instances, too.
 */
export function requestFault(asked: Asked, rules: LinkRules): Failure | undefined {
  const link = parseMeetingUrl(asked.meetingUrl, rules);
  // Whoever fetches a finished recording goes to no meeting.
  if (!link.ok && !asked.source) return failure("UNSUPPORTED_URL", "request", link.message);
  const problems: Problem[] = [];
  const path = asked.gcsPath ? parseRecordingPath(asked.gcsPath) : undefined;
  if (path?.ok === false)
    problems.push({ field: "gcs_path", code: "unusable-path", message: path.problem });
  readOptions(asked.recordingOptions, problems);
  if (problems.length === 0) return undefined;
  const sentences = problems.map(({ field, message }) => `\`${field}\` ${message}.`);
  const message = `The bot instance cannot be used: ${sentences.join(" ")}`;
  return failure("INVALID_MEETING", "request", message);
}
