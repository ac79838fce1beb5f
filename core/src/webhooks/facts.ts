import type { BotInstance, Output, Phase, Status } from "../bot-instance/bot-instance.ts";
import type { Failure } from "../errors.ts";
import { durationOf } from "../meeting/recording-summary.ts";

/** A meeting as it is named to others: its document's id and path. */
export interface MeetingName {
  id: string;
  path: string;
  /** What the meeting carries for its own software. */
  metadata?: Readonly<Record<string, string>>;
}

/** A meeting by its path, with its metadata. */
export type NamedMeeting = Omit<MeetingName, "id">;

/** What a delivery knows of a bot: the state that its event is about, of which the payload is made. */
export interface WebhookFacts {
  botInstanceId: string;
  organizationId: string | null;
  /** The first ones; a bot may have many more. */
  meetings: MeetingName[];
  status: Status;
  phase?: Phase;
  partial: boolean;
  /** Of the video or else the sound; null without either. */
  durationSeconds: number | null;
  outputs: Output[];
  error: Pick<Failure, "code" | "message" | "stage" | "retryable"> | null;
}

/** How many meetings a delivery names at most. */
export const MAX_NAMED_MEETINGS = 100;

/**
 * These keep a delivery below some 64 KiB, whatever others wrote into an instance: its end may write
 * forty of them, in the transaction that notes the recording and that holds 10 MiB.
 */
const MAX_PATHS_CHARACTERS = 8000;
const MAX_METADATA_CHARACTERS = 16_000;
const MAX_OUTPUTS = 10;
const MAX_TEXT_CHARACTERS = 1500;

/** States an instance as it is, for these of its meetings. What others wrote that is unlike ours is left out. */
export function factsOf(instance: BotInstance, meetings: readonly NamedMeeting[]): WebhookFacts {
  const { id, creatorOrganizationId, status, phase, partial } = instance;
  const outputs = (instance.outputs ?? []).flatMap((output) => readOutput(output) ?? []);
  const durationSeconds = durationOf(outputs);
  return {
    botInstanceId: id,
    organizationId: creatorOrganizationId ?? null,
    meetings: nameMeetings(meetings),
    status,
    ...(phase !== undefined && { phase }),
    partial: partial ?? false,
    durationSeconds: durationSeconds ?? null,
    outputs: outputs.slice(0, MAX_OUTPUTS),
    error: readError(instance.error),
  };
}

function nameMeetings(named: readonly NamedMeeting[]): MeetingName[] {
  let pathCharacters = 0;
  let metadataCharacters = 0;
  return named.slice(0, MAX_NAMED_MEETINGS).flatMap(({ path, metadata }) => {
    pathCharacters += path.length;
    if (pathCharacters > MAX_PATHS_CHARACTERS) return [];
    metadataCharacters += JSON.stringify(metadata ?? {}).length;
    const hasRoom = metadataCharacters <= MAX_METADATA_CHARACTERS;
    const id = path.slice(path.lastIndexOf("/") + 1);
    return { id, path, ...(metadata && hasRoom && { metadata }) };
  });
}

type Check = (value: unknown) => boolean;
const NEEDED: Record<string, Check> = {
  kind: isText,
  uri: isText,
  contentType: isText,
  bytes: Number.isFinite,
  crc32c: isText,
  durationSeconds: Number.isFinite,
  codec: isText,
} satisfies Partial<Record<keyof Output, Check>>;
const OPTIONAL: Record<string, Check> = { width: Number.isFinite, height: Number.isFinite };

function readOutput(value: unknown): Output | undefined {
  const given = Object(value) as Record<string, unknown>;
  const pick = (checks: Record<string, Check>) =>
    Object.entries(checks).flatMap(([name, isRight]) =>
      isRight(given[name]) ? [[name, given[name]]] : [],
    );
  const needed = pick(NEEDED);
  if (needed.length < Object.keys(NEEDED).length) return undefined;
  return Object.fromEntries([...needed, ...pick(OPTIONAL)]) as Output;
}

function readError(value: unknown): WebhookFacts["error"] {
  const { code, message, stage, retryable } = Object(value) as Failure;
  if (!isText(code) || typeof message !== "string" || !isText(stage)) return null;
  const short = message.slice(0, MAX_TEXT_CHARACTERS).toWellFormed();
  return { code, message: short, stage, retryable: retryable === true };
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value.length <= MAX_TEXT_CHARACTERS;
}
