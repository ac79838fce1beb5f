import type { Mutation } from "../mutations.ts";

/** What meetings are told, and what stays of it. */
export const TELLING: readonly Mutation[] = [
  {
    name: "a failure replaces the recording",
    fault: "What a meeting shows of its recording goes when a later bot fails, or comes too late.",
    file: "firestore/meeting-fields.ts",
    find: "let after = { ...before };",
    replace: `let after = bot && bot !== "cancelled" ? without(before, RESULT_NAMES) : { ...before };`,
  },
  {
    name: "a recording of before replaces a later one",
    fault: "Who is told late of an earlier bot is shown that one's recording again.",
    file: "meeting/recording-summary.ts",
    find: "(instance.processedAt ?? instance.updatedAt) >= shownAt",
    replace: "shownAt >= 0",
    shownBy: "meeting/recording-summary.test.ts",
  },
  {
    name: "a claim is not told",
    fault: "A meeting says queued while its bot records.",
    file: "bot-instance/history.ts",
    find: `"claimed", "waiting", "recording", "queued", "done",`,
    replace: `"waiting", "queued", "done",`,
  },
  {
    name: "a pause is not told",
    fault: "A meeting does not say why its bot failed and when the next try is.",
    file: "bot-instance/history.ts",
    find: `"claimed", "waiting", "recording", "queued", "done",`,
    replace: `"claimed", "waiting", "recording", "done",`,
  },
  {
    name: "another organisation is shown the recording",
    fault:
      "A meeting that went to another organisation is shown what the first one's bot recorded.",
    file: "meeting/telling.ts",
    find: "if (link.organizationId !== meeting.organizationId) {",
    replace: `if (link.organizationId === "nobody") {`,
  },
  {
    name: "another organisation's meeting is not disowned",
    fault:
      "A meeting that went to another organisation shows for ever what the first one's bot does.",
    file: "meeting/telling.ts",
    find: `return isAboutBot ? { kind: "disown" } : { kind: "nothing" };`,
    replace: `return { kind: "nothing" };`,
  },
  {
    name: "who is not linked any more is told of the bot",
    fault: "The status of a bot that a meeting has left replaces that of its new one.",
    file: "meeting/telling.ts",
    find: "botInstanceId === instance.id || (isUnlinked",
    replace: "botInstanceId !== undefined || (isUnlinked",
  },
  {
    name: "what was recorded for another is kept",
    fault: "A document that is used again shows the recording of the meeting before.",
    file: "firestore/meeting-fields.ts",
    find: "if (forgets) after = without(after, RESULT_NAMES);",
    replace: "",
  },
  {
    name: "the instance is read before the meeting",
    fault: "What is written last is an older state than what was written before.",
    file: "firestore/tell-meetings.ts",
    find: "const meeting = await readMeeting(documents, unit, ref);",
    replace: `await documents.findInstance(unit, id);
  const meeting = await readMeeting(documents, unit, ref);`,
  },
  {
    name: "an end is told once at most",
    fault: "Meetings are not told of an end when whoever should tell them is killed.",
    file: "firestore/firestore-bot-instance-store.ts",
    find: "return isTerminal(after) && isNews && hasLinks(after) ? { wakeAt: now } : {};",
    replace: "return isTerminal(after) && isNews && hasLinks(after) ? {} : {};",
  },
  {
    name: "an erasure is told once at most",
    fault: "Meetings show what was erased when whoever should tell them is killed.",
    file: "firestore/firestore-bot-instance-store.ts",
    find: "const isNews = !isTerminal(before) || after.recordingErasedAt !== before.recordingErasedAt;",
    replace: "const isNews = !isTerminal(before);",
  },
  {
    name: "an erasure is not told",
    fault: "Meetings show the addresses of what was erased.",
    file: "meeting/recording-summary.ts",
    find: "if (recordingErasedAt !== undefined) {",
    replace: "if (recordingErasedAt === -1) {",
  },
  {
    name: "all told is noted without looking",
    fault: "What has changed while meetings were told is told to nobody.",
    file: "firestore/tell-meetings.ts",
    find: "if (!found || !readAt?.isEqual(found.snapshot.updateTime as never)) return;",
    replace: "if (!found) return;",
  },
  {
    name: "a meeting that leads elsewhere is not served",
    fault: "Meetings of a bot that gave way, or was tried again, are not moved.",
    file: "meeting/telling.ts",
    find: `if (standingOf(link, instance) !== "holds") return { kind: "serve" };`,
    replace: `if (standingOf(link, instance) !== "holds") return { kind: "nothing" };`,
  },
];
