import type { Mutation } from "../mutations.ts";

/** Claims, launches and attempts. */
export const ATTEMPTS: readonly Mutation[] = [
  {
    name: "a launch without an answer costs an attempt",
    fault: "A meeting fails for good when three launches are not answered.",
    file: "bot-instance/transitions/reclaim.ts",
    find: `if (!hasStarted && verdict.state === "not-found") return launchFailure(UNANSWERED);`,
    replace: "",
    shownBy: "bot-instance/transitions/reclaim.test.ts",
  },
  {
    name: "a refused launch costs an attempt",
    fault: "A meeting fails for good when three launches are refused.",
    file: "bot-instance/transitions/fail.ts",
    find: `case "LAUNCH_FAILED":
      return {
        attempt: givenBack,`,
    replace: `case "LAUNCH_FAILED":
      return {
        attempt,`,
    shownBy: "bot-instance/transitions/fail.test.ts",
  },
  {
    name: "who lost its claim goes on",
    fault: "A manager whose claim was given to another one is let in, and both record.",
    file: "bot-instance/transitions/start.ts",
    find: `if (instance.status !== "processing" || instance.claimToken !== token) {`,
    replace: `if (instance.status !== "processing") {`,
    shownBy: "bot-instance/transitions/table.test.ts",
  },
  {
    name: "two managers start under one claim",
    fault: "A second execution of a launch is let in beside the first.",
    file: "bot-instance/transitions/start.ts",
    find: `if (instance.runnerId !== undefined) return refuse("already-started");`,
    replace: "",
    shownBy: "bot-instance/transitions/table.test.ts",
  },
  {
    name: "who lost its instance goes on writing",
    fault: "A manager that was given up ends the attempt of the one after it.",
    file: "bot-instance/transition.ts",
    find: "instance.claimToken === token && instance.runnerId === runnerId",
    replace: "token !== undefined && (runnerId === undefined || instance.runnerId !== undefined)",
    shownBy: "bot-instance/transitions/table.test.ts",
  },
  {
    name: "a claim that others have is launched",
    fault: "A bot is launched for a claim that somebody else has made since.",
    file: "bot-instance/transitions/claim.ts",
    find: `return status === "processing" && claimToken === token;`,
    replace: `return status === "processing" && token !== "";`,
    shownBy: "bot-instance/transitions/claim.test.ts",
  },
  {
    name: "a bot is sent for nobody",
    fault: "A bot is sent again after a crash though everybody has left.",
    file: "bot-instance/transitions/fail.ts",
    find: `if (instance.cancelRequestedAt !== undefined) return { ...ended(now), status: "cancelled" };`,
    replace: "",
    shownBy: "bot-instance/transitions/fail.test.ts",
  },
  {
    name: "an execution that does not end is waited for",
    fault: "An instance is processing for ever when its execution cannot be asked about.",
    file: "bot-instance/transitions/reclaim.ts",
    find: "const isLost = isGivenUp(instance, at);",
    replace: "const isLost = isGivenUp(instance, at) && false;",
    shownBy: "bot-instance/transitions/reclaim.test.ts",
  },
  {
    name: "an occurrence is not a start",
    fault: "A meeting that names its occurrence alone is sent a bot at once.",
    file: "meeting/meeting.ts",
    find: "const startAt = written.startAt ?? occurrence;",
    replace: "const { startAt } = written;",
    shownBy: "meeting/meeting.test.ts",
  },
  {
    name: "a lobby's time-out is final",
    fault: "A host who is late is not recorded.",
    file: "bot-instance/transitions/fail.ts",
    find: `case "LOBBY_TIMEOUT":
      return { attempt: givenBack,`,
    replace: `case "LOBBY_TIMEOUT":
      return { attempt,`,
    shownBy: "bot-instance/transitions/fail.test.ts",
  },
];
