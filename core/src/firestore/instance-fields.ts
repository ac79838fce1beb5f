import { MAX_MEETINGS, type OutputKind, PHASES } from "../bot-instance/bot-instance.ts";
import { END_REASONS } from "../bot-instance/end-reason.ts";
import { isDocumentId, isDocumentPath } from "../document-ids.ts";
import { isMap } from "../map.ts";
import { PROVIDER_HOSTS } from "../meeting/meeting-hosts.ts";
import { TEXT_LIMITS } from "../meeting/text-limits.ts";
import { leaseSettings } from "../settings/lease.ts";
import { FORMATS } from "../settings/recording.ts";
import { lineProblem } from "../text.ts";

/** What of a value is as we would have written it; undefined when nothing is. */
type Reader = (value: unknown) => unknown;

/** For what we mint ourselves, and whatever others may put in its place. */
const MAX_NAME_CHARACTERS = 1024;
const OUTPUT_KINDS: readonly OutputKind[] = Object.values(FORMATS);

/**
 * How the fields are read that something is decided by, or made of. What is not here is either checked
 * by whoever uses it (the link, the path, the options) or is an instant, which is one or is not there.
 */
const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ["meetings", readMeetings],
  ["phase", readWord(PHASES)],
  ["phaseAt", readPhaseInstants],
  ["attempt", readCount],
  ["maxAttempts", readMaxAttempts],
  ["launchFailures", readCount],
  ["finishFailures", readCount],
  ["lobbyTimeouts", readCount],
  ["sweepFailures", readCount],
  ["finishOnly", readBoolean],
  ["partial", readBoolean],
  ["endReason", readWord(END_REASONS)],
  ["progress", readFigures],
  ["sessionKey", readForm(/^[0-9a-f]{64}$/)],
  ["meetingPath", readPath],
  ["wantedLinks", readCount],
  ["formerLinks", readCount],
  ["hasPasscode", readBoolean],
  ...["takesOverFrom", "succeededBy", "mergedInto", "retriedBy"].map(
    (name) => [name, readId] as const,
  ),
  ["meetingUrl", readText],
  ["provider", readWord(Object.keys(PROVIDER_HOSTS))],
  ["gcsPath", readText],
  ["botName", readLine(TEXT_LIMITS.botName)],
  ["timezone", readLine(TEXT_LIMITS.timezone)],
  ["creatorOrganizationId", readLine(TEXT_LIMITS.creatorOrganizationId)],
  ["creatorUserId", readLine(TEXT_LIMITS.creatorUserId)],
  ...["requestHash", "claimedBy", "claimToken", "runnerId", "erasedBy", "succeededBy"].map(
    (name) => [name, readLine(MAX_NAME_CHARACTERS)] as const,
  ),
  ["execution", readMapWith("launcher", "name")],
  ["source", readMapWith("uri", "recordingId")],
  ["error", readMapWith("code", "message")],
  ["outputs", readOutputs],
  ["outputFailures", readMaps],
  ["gaps", readMaps],
]);

/** An instance's fields, of which others may have written any, without what could not be used. */
export function withoutOdd(known: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(known).flatMap(([name, value]) => {
      const read = READERS.get(name);
      const usable = read ? read(value) : value;
      return usable === undefined ? [] : [[name, usable]];
    }),
  );
}

function readMeetings(value: unknown): unknown {
  if (!Array.isArray(value)) return undefined;
  return value.filter((path) => readPath(path) !== undefined).slice(0, MAX_MEETINGS);
}

/** Others may have left out an instant, or have written another value for it. */
function readPhaseInstants(value: unknown): unknown {
  if (!isMap(value)) return undefined;
  const reached = PHASES.filter((phase) => typeof value[phase] === "number");
  return Object.fromEntries(reached.map((phase) => [phase, value[phase]]));
}

function readCount(value: unknown): unknown {
  return Number.isSafeInteger(value) && (value as number) >= 0 ? value : undefined;
}

/** As many as could be configured. */
function readMaxAttempts(value: unknown): unknown {
  return typeof value === "number" ? leaseSettings.maxAttempts.parse(String(value)) : undefined;
}

function readBoolean(value: unknown): unknown {
  return typeof value === "boolean" ? value : undefined;
}

function readFigures(value: unknown): unknown {
  if (!isMap(value)) return undefined;
  const isFigure = (figure: unknown) => Number.isFinite(figure) && (figure as number) >= 0;
  return Object.fromEntries(Object.entries(value).filter(([, figure]) => isFigure(figure)));
}

function readText(value: unknown): unknown {
  return typeof value === "string" ? value : undefined;
}

function readPath(value: unknown): unknown {
  return typeof value === "string" && isDocumentPath(value) ? value : undefined;
}

function readId(value: unknown): unknown {
  return typeof value === "string" && isDocumentId(value) ? value : undefined;
}

function readLine(maxCharacters: number): Reader {
  return (value) =>
    typeof value === "string" && lineProblem(value, maxCharacters) === undefined
      ? value
      : undefined;
}

function readForm(form: RegExp): Reader {
  return (value) => (typeof value === "string" && form.test(value) ? value : undefined);
}

function readWord(words: readonly string[]): Reader {
  return (value) => words.find((word) => word === value);
}

/** A map that has a text in each of some of its fields. */
function readMapWith(...texts: readonly string[]): Reader {
  return (value) =>
    isMap(value) && texts.every((name) => typeof value[name] === "string") ? value : undefined;
}

function readMaps(value: unknown): unknown {
  return Array.isArray(value) ? value.filter(isMap) : undefined;
}

function readOutputs(value: unknown): unknown {
  const isOutput = (output: unknown) =>
    isMap(output) &&
    OUTPUT_KINDS.some((kind) => kind === output["kind"]) &&
    typeof output["uri"] === "string";
  return Array.isArray(value) ? value.filter(isOutput) : undefined;
}
