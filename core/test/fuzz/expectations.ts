import { expect } from "chai";
import { SECRET } from "../../../test/arbitraries/texts.ts";
import type { BotInstance } from "../../src/bot-instance/bot-instance.ts";
import type { Patch } from "../../src/bot-instance/transition.ts";
import { botInstanceDocument } from "../../src/firestore/bot-instance-document.ts";
import { isMap } from "../../src/map.ts";
import { parseMeetingUrl } from "../../src/meeting/meeting-url.ts";
import { parseRecordingPath } from "../../src/object-names.ts";
import { NAMING, RULES } from "../support/instances.ts";

/** The conversion that the properties are about. */
export const document = botInstanceDocument(NAMING, 3);

/** What a link must look like that a bot is given, said in another way than the code says it. */
const SAFE =
  /^https:\/\/(meet\.google\.com|teams\.(microsoft|live)\.com|teams\.cloud\.microsoft|(gov|dod)\.teams\.microsoft\.us|([a-z0-9-]+\.)*(zoom\.(us|com)|zoomgov\.com))\/[^#]+$/;

/** Whether a bot may be sent to a link: it is given the plain one, not what was pasted. */
export function isSafe(link: string): boolean {
  const parsed = parseMeetingUrl(link, RULES);
  if (!parsed.ok) return false;
  const { url } = parsed;
  const isPlain = !/[\p{Cc}\p{Cs}\s\\<>\u202a-\u202e\u2066-\u2069]/u.test(url);
  return isPlain && url.length <= 2048 && SAFE.test(url) && !/^https:\/\/([^/]*\.)?xn--/.test(url);
}

/** What is told to users: short, of one line, readable, and nothing that was to be kept. */
export function expectFitToTell(message: string | undefined): void {
  if (message === undefined) return;
  expect(message)
    .to.match(/^[A-Z]/)
    .and.match(/\.$/);
  expect(message.toLowerCase()).not.to.contain(SECRET);
  expect(message).to.have.length.below(4000);
  expect(/[\p{Cc}\p{Cs}\u2028-\u202e\u2066-\u2069]/u.test(message), message).to.equal(false);
}

/** What Firestore would not take: `undefined`, a Date that is none, a list in a list, an empty name. */
export function expectStorable(value: unknown, inList = false): void {
  expect(value).not.to.equal(undefined);
  if (value instanceof Date) expect(value.getTime()).not.to.be.NaN;
  if (Array.isArray(value)) {
    expect(inList).to.equal(false);
    for (const item of value) expectStorable(item, true);
  } else if (isMap(value)) {
    for (const field of Object.values(value)) expectStorable(field);
  }
}

/** A change must be storable, and send a bot to safe links only, with a path and options that can be used. */
export function expectSafeChange(before: BotInstance | undefined, after: BotInstance): void {
  const isSent = after.status === "processing" && before?.status !== "processing";
  if (!isSent) return;
  // One that only finishes what was recorded, or fetches what was, goes to no meeting.
  if (after.finishOnly || after.source) return;
  expect(after.meetingUrl).to.satisfy(isSafe);
  expect(!after.gcsPath || parseRecordingPath(after.gcsPath).ok).to.equal(true);
}

/** A patch, as it would be written. */
export function expectStorablePatch(patch: Patch): void {
  expectStorable(document.patch({}, patch));
}
