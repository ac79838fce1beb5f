import type { BotInstance } from "../bot-instance/bot-instance.ts";
import type { Patch } from "../bot-instance/transition.ts";
import { formatsOf } from "../meeting/linked-meeting.ts";
import type { Instant } from "../time.ts";

/** What all that share a bot have a say in. */
export interface Wish {
  meetingUrl: string;
  hasPasscode?: boolean;
  startAt?: Instant;
  endAt?: Instant;
  /** Absent for the usual ones. */
  formats?: readonly string[];
}

/** What an instance does for all that share it. */
export function wishOf(instance: BotInstance): Wish {
  const { meetingUrl, hasPasscode, startAt, endAt, recordingOptions } = instance;
  const formats = formatsOf(recordingOptions);
  return {
    meetingUrl,
    ...(hasPasscode && { hasPasscode }),
    ...(startAt !== undefined && { startAt }),
    ...(endAt !== undefined && { endAt }),
    ...(formats && { formats }),
  };
}

/**
 * Everybody's wish: the earliest start, the latest end, all formats, the first link that carries a
 * passcode. `usual` are the formats of who names none.
 */
export function unite(wishes: readonly [Wish, ...Wish[]], usual: readonly string[]): Wish {
  const [first] = wishes;
  const { meetingUrl, hasPasscode } = wishes.find((wish) => wish.hasPasscode) ?? first;
  const starts = wishes.flatMap(({ startAt }) => startAt ?? []);
  const ends = wishes.flatMap(({ endAt }) => endAt ?? []);
  const isUsual = wishes.every(({ formats }) => formats === undefined);
  const formats = new Set(wishes.flatMap((wish) => wish.formats ?? usual));
  return {
    meetingUrl,
    ...(hasPasscode && { hasPasscode }),
    ...(starts.length > 0 && { startAt: Math.min(...starts) }),
    ...(ends.length > 0 && { endAt: Math.max(...ends) }),
    ...(!isUsual && { formats: [...formats] }),
  };
}

/** What an instance changes to do as `wish` says; a bot that is in the room keeps its link. */
export function fulfil(instance: BotInstance, wish: Wish): Patch {
  const { formats, meetingUrl, hasPasscode, startAt, endAt } = wish;
  const before = wishOf(instance);
  const isSent = instance.phase !== undefined && instance.status === "processing";
  return {
    ...(!isSent && meetingUrl !== before.meetingUrl && { meetingUrl, hasPasscode }),
    ...(startAt !== before.startAt && { startAt }),
    ...(endAt !== before.endAt && { endAt }),
    ...(!isSame(formats, before.formats) && {
      recordingOptions: withFormats(instance.recordingOptions, formats),
    }),
  };
}

function isSame(one: readonly string[] = [], other: readonly string[] = []): boolean {
  return one.length === other.length && one.every((format) => other.includes(format));
}

function withFormats(
  options: BotInstance["recordingOptions"],
  formats: readonly string[] | undefined,
): BotInstance["recordingOptions"] {
  const { formats: _, ...rest } = options ?? {};
  if (formats) return { ...rest, formats: [...formats] };
  return Object.keys(rest).length > 0 ? rest : undefined;
}
