import { expect } from "chai";
import { namingProblems, namingSettings } from "../../src/settings/naming.ts";
import { examineSettings } from "../../src/settings/read-settings.ts";

const problemsOf = (environment: Record<string, string>) =>
  examineSettings(namingSettings, environment, namingProblems).problems;

describe("the naming settings", () => {
  it("contradict each other nowhere by default", () => {
    expect(problemsOf({})).to.deep.equal([]);
  });

  it("may use one value for a meeting and for a bot instance: they are in different documents", () => {
    expect(problemsOf({ MEETING_STATUS_VALUES: "queued,done" })).to.deep.equal([]);
  });

  it("may not give two statuses of a bot instance the same value", () => {
    const environment = { BOT_INSTANCE_QUEUED_VALUE: "done", BOT_INSTANCE_FAILED_VALUE: "done" };
    expect(problemsOf(environment)).to.deep.equal([
      'BOT_INSTANCE_QUEUED_VALUE, BOT_INSTANCE_DONE_VALUE, BOT_INSTANCE_FAILED_VALUE must differ, but share "done".',
    ]);
  });

  it("may not let one status of a meeting both want a bot and want none", () => {
    const environment = {
      MEETING_STATUS_VALUES: "new,cancelled",
      MEETING_CANCEL_VALUES: "old,cancelled",
    };
    expect(problemsOf(environment)).to.deep.equal([
      'MEETING_STATUS_VALUES, MEETING_CANCEL_VALUES must differ, but share "cancelled".',
    ]);
  });

  it("may not do so in another case either: statuses are compared without", () => {
    const environment = { MEETING_STATUS_VALUES: "Go", MEETING_CANCEL_VALUES: "go" };
    expect(problemsOf(environment)).to.deep.equal([
      'MEETING_STATUS_VALUES, MEETING_CANCEL_VALUES must differ, but share "go".',
    ]);
  });

  it("may name one status twice in the same list", () => {
    expect(problemsOf({ MEETING_STATUS_VALUES: "new,new" })).to.deep.equal([]);
  });

  it("may not keep a meeting's status and its link in the same field", () => {
    expect(problemsOf({ MEETING_BOT_INSTANCE_FIELD: "status" })).to.deep.equal([
      'MEETING_STATUS_FIELD, MEETING_BOT_INSTANCE_FIELD must differ, but share "status".',
    ]);
  });

  for (const name of ["status", "Zustand_2", "état", "a-b", "_private"]) {
    it(`accept ${name} as a field's name`, () => {
      expect(problemsOf({ MEETING_STATUS_FIELD: name })).to.deep.equal([]);
    });
  }

  for (const name of ["meta.status", "__status__", "a/b", "a[0]", "a`b", "a b", "*"]) {
    it(`refuse ${name} as a field's name`, () => {
      for (const variable of [
        "MEETING_STATUS_FIELD",
        "MEETING_BOT_INSTANCE_FIELD",
        "BOT_INSTANCE_STATUS_FIELD",
      ]) {
        expect(problemsOf({ [variable]: name })[0]).to.contain(`${variable} is "${name}"`);
      }
    });
  }
});
