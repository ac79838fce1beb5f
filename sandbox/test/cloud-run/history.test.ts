import { expect } from "chai";
import { newExecution, succeedAtOnce } from "../../src/cloud-run/execution.ts";
import { History } from "../../src/cloud-run/history.ts";
import { JOB, jobOf } from "./local-cloud-run.ts";

const record = (ended: boolean) => {
  const created = newExecution(JOB, jobOf([]));
  if (ended) succeedAtOnce(created);
  return created;
};

describe("History", () => {
  it("keeps the last thousand executions, and whatever still runs", () => {
    const history = new History();
    const running = record(false);
    const oldest = record(true);
    const rest = Array.from({ length: 1000 }, () => record(true));
    for (const each of [running, oldest, ...rest]) history.add(each);
    expect(history.all()).to.have.length(1001);
    expect(history.find(running.name)).to.equal(running);
    expect(history.find(oldest.name)).to.equal(undefined);
    expect(history.all()[0]).to.equal(rest.at(-1));
  });
});
