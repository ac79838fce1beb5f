import { expect } from "chai";
import {
  deadlineProblems,
  deadlineSettings,
  longestWaitMinutes,
} from "../../src/settings/deadline.ts";
import { leaseSettings } from "../../src/settings/lease.ts";
import { managerSettings } from "../../src/settings/manager.ts";
import { readSettings } from "../../src/settings/read-settings.ts";

const settings = { ...leaseSettings, ...managerSettings, ...deadlineSettings };
const read = (environment: Record<string, string>) => readSettings(settings, environment);

describe("longestWaitMinutes", () => {
  it("is the recording limit and the lobby's wait, where that is longer", () => {
    expect(longestWaitMinutes(read({}))).to.equal(600 + 25);
    const short = { MAX_RECORDING_DURATION_MINUTES: "200", LOBBY_WAIT_MINUTES: "41" };
    expect(longestWaitMinutes(read(short))).to.equal(241);
  });

  it("is what is configured otherwise", () => {
    const short = { MAX_RECORDING_DURATION_MINUTES: "200", LOBBY_WAIT_MINUTES: "39" };
    expect(longestWaitMinutes(read(short))).to.equal(240);
    const long = { ...short, MEETING_MAX_WAIT_MINUTES: "300" };
    expect(longestWaitMinutes(read(long))).to.equal(300);
  });
});

describe("deadlineProblems", () => {
  const problemsOf = (environment: Record<string, string>) => deadlineProblems(read(environment));

  it("has nothing against the defaults", () => {
    expect(problemsOf({})).to.deep.equal([]);
  });

  it("spells the sum out when a job would be ended before it is through", () => {
    expect(problemsOf({ PROCESSING_MINUTES: "95" })).to.deep.equal([
      "MAX_RECORDING_DURATION_MINUTES (600) + LOBBY_WAIT_MINUTES (25) + PROCESSING_MINUTES (95) = 720 minutes, but a job is ended after JOB_TIMEOUT_MINUTES (720): raise that above 720, or lower one of the others.",
    ]);
    expect(problemsOf({ MEETING_MAX_WAIT_MINUTES: "700" })).to.deep.equal([
      "MEETING_MAX_WAIT_MINUTES (700) + PROCESSING_MINUTES (60) = 760 minutes, but a job is ended after JOB_TIMEOUT_MINUTES (720): raise that above 760, or lower one of the others.",
    ]);
  });

  it("accepts a sum just under the deadline", () => {
    expect(problemsOf({ PROCESSING_MINUTES: "94.5" })).to.deep.equal([]);
    expect(problemsOf({ PROCESSING_MINUTES: "95", JOB_TIMEOUT_MINUTES: "721" })).to.deep.equal([]);
  });

  it("says nothing while a part of the sum could not be read", () => {
    const { processingMinutes: _, ...rest } = read({ JOB_TIMEOUT_MINUTES: "1" });
    expect(deadlineProblems(rest)).to.deep.equal([]);
  });
});
