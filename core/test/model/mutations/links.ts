import type { Mutation } from "../mutations.ts";

/** Which bot a meeting has, after whatever was done to its document. */
export const LINKS: readonly Mutation[] = [
  {
    name: "an edit after the end gets another bot",
    fault: "A meeting that was recorded is sent another bot when its start is corrected.",
    file: "meeting/edit.ts",
    find: `if (bot.status === "done") return !isElsewhere && (startAt ?? 0) <= now;`,
    replace: `if (bot.status === "done") return false;`,
  },
  {
    name: "a cancelled meeting is forgotten",
    fault: "What was recorded until somebody cancelled belongs to no meeting.",
    file: "meeting/leave.ts",
    find: `draft.link(id, { ...link, state: "former" });`,
    replace: "draft.unlink(id, link.meetingPath);",
  },
  {
    name: "a bot at work keeps its end",
    fault: "A bot does not go back after a crash into a meeting that was extended.",
    file: "meeting/edit.ts",
    find: "if (isTerminal(bot)) return bot;",
    replace: "if (isTerminal(bot) || wasSent(bot)) return bot;",
  },
  {
    name: "an instance that is gone makes deaf",
    fault: "Edits of a meeting whose instance was removed are ignored.",
    file: "meeting/serve.ts",
    find: "return !linked && isOver && isSameRequest(linkedHash, meeting);",
    replace: "return !linked;",
  },
  {
    name: "the document's own note decides",
    fault: "A document that was written over as a whole keeps its bot and is not heard any more.",
    file: "meeting/serve.ts",
    find: `if (holding.kind === "held") {`,
    replace: `if (holding.kind === "held" && meeting.linkedHash === undefined) {
      return { kind: "ignored", reason: "already-linked" };
    }
    if (holding.kind === "held") {`,
  },
  {
    name: "what an edit asks for is not compared",
    fault: "A meeting that asks for another room or time keeps the bot that it has.",
    file: "meeting/serve.ts",
    find: "const isSame = asksForSame(link, meeting);",
    replace: "const isSame = true;",
  },
  {
    name: "who joins twice counts twice",
    fault: "A bot is sent for a meeting that has left.",
    file: "meeting/enqueue.ts",
    find: "bot.wantedLinks + (isCounted ? 0 : 1)",
    replace: "bot.wantedLinks + 1",
  },
  {
    name: "a document that was written again has its predecessor's link",
    fault: "A document under an old id is taken for the one that was deleted.",
    file: "meeting/linked-meeting.ts",
    find: "(meetingCreatedAt === undefined || meetingCreatedAt === document.createdAt) &&",
    replace: "",
  },
  {
    name: "another organisation keeps the link",
    fault: "A meeting that went to another organisation keeps the bot of the first.",
    file: "meeting/linked-meeting.ts",
    find: "link.organizationId === organizationId",
    replace: "true",
  },
  {
    name: "a retry leaves the copies behind",
    fault: "Copies of a meeting that is tried again are not counted at the new instance.",
    file: "meeting/try-again.ts",
    find: "const others = Math.max(0, bot.wantedLinks - 1);",
    replace: "const others = 0;",
  },
  {
    name: "a retry joins what it tries again",
    fault: "Who asks for another try is given the recording that there is already.",
    file: "meeting/try-again.ts",
    find: "draft.change(id, { retriedBy: event.instanceId });",
    replace: "",
  },
  {
    name: "a served retry is served again",
    fault: "The same wish for another try sends another bot after every change.",
    file: "meeting/serve.ts",
    find: "meeting.retry !== undefined && meeting.retry !== link.retryServed",
    replace: "meeting.retry !== undefined",
  },
  {
    name: "copies of a document are not looked at",
    fault: "A copy of a meeting keeps the link that it was copied with.",
    file: "meeting/attention.ts",
    find: "return isCopy || isForgotten || needsAttention(after) ? {} : undefined;",
    replace: "return isForgotten || needsAttention(after) ? {} : undefined;",
  },
  {
    name: "a lost link is not looked for",
    fault: "The bot of a document that was deleted, or written over, is wanted for ever.",
    file: "meeting/attention.ts",
    find: "return { formerInstanceId: former };",
    replace: "return {};",
  },
  {
    name: "the former bot is not let go",
    fault: "A document that has another bot by now still counts at the one that it had.",
    file: "firestore/firestore-bot-instance-store.ts",
    find: "if (event.formerInstanceId !== undefined) await this.#releaseFormer(meetingPath, event);",
    replace: "",
  },
  {
    name: "a late joiner is not served anew",
    fault: "Who joined when the recording had ended is shown the meeting before.",
    file: "meeting/linked-meeting.ts",
    find: "joinedAt >= endedAt - UNNOTICED_MS",
    replace: "false",
  },
  {
    name: "a meeting that begins after the end is not served anew",
    fault: "A planned meeting is shown a recording that had ended before it began.",
    file: "meeting/linked-meeting.ts",
    find: ": startAt >= endedAt;",
    replace: ": false;",
  },
  {
    name: "a lost answer serves twice",
    fault: "A commit whose answer was lost is not known again and is made twice.",
    file: "meeting/serve.ts",
    find: "if (meeting?.botInstanceId === event.instanceId || linked?.claimToken === event.token) {",
    replace: `if (linked?.claimToken === "another") {`,
  },
];
