import { expect } from "chai";
import { parseTask } from "../../src/tasks/task-request.ts";

const NOW = Date.parse("2030-01-01T00:00:00Z");
const DEFAULTS = { id: "new-id", url: "/demo-x/us-central1/launchDue" };

const parse = (task: object) => parseTask({ task: { httpRequest: {}, ...task } }, NOW, DEFAULTS);

describe("parseTask", () => {
  it("reads what firebase-admin sends", () => {
    const body = Buffer.from('{"data":1}');
    const parsed = parse({
      name: "projects/demo-x/locations/us-central1/queues/launchDue/tasks/i-1",
      scheduleTime: "2030-01-01T00:01:00.000Z",
      dispatchDeadline: "30s",
      httpRequest: { url: "", headers: { "Content-Type": "x" }, body: body.toString("base64") },
    });
    expect(parsed).to.deep.equal({
      ok: true,
      task: {
        id: "i-1",
        scheduledAt: NOW + 60_000,
        deadlineMs: 30_000,
        url: DEFAULTS.url,
        headers: { "Content-Type": "x" },
        body,
      },
    });
  });

  it("gives a bare task an id, ten minutes, and makes it due now", () => {
    const parsed = parse({});
    expect(parsed.ok && parsed.task).to.include({
      id: "new-id",
      scheduledAt: NOW,
      deadlineMs: 600_000,
    });
  });

  it("makes a task whose time has passed due now", () => {
    const parsed = parse({ scheduleTime: "2029-01-01T00:00:00Z" });
    expect(parsed.ok && parsed.task.scheduledAt).to.equal(NOW);
  });

  it("keeps an address of the task's own", () => {
    const parsed = parse({ httpRequest: { url: "http://127.0.0.1:1/x" } });
    expect(parsed.ok && parsed.task.url).to.equal("http://127.0.0.1:1/x");
  });

  for (const [what, task] of [
    ["more than 30 days ahead", { scheduleTime: "2030-02-01T00:00:00Z" }],
    ["at no time at all", { scheduleTime: "tomorrow" }],
    ["with a malformed name", { name: "tasks/1" }],
    ["with an address that is none", { httpRequest: { url: "http://" } }],
    ["without a request", { httpRequest: undefined }],
  ] as const) {
    it(`refuses a task ${what}`, () => {
      expect(parse(task).ok).to.equal(false);
    });
  }
});
