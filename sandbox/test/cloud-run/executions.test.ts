import { status } from "@grpc/grpc-js";
import { expect } from "chai";
import { type Execution, JOB, jobOf, LOCATION, shell, TestCloudRun } from "./local-cloud-run.ts";
import { refusal } from "./refusal.ts";

const MANUAL = { autoPaginate: false };

describe("executions", () => {
  let cloudRun: TestCloudRun;
  const seen: string[] = [];
  const names: string[] = [];

  before(async () => {
    cloudRun = await TestCloudRun.start(
      [
        jobOf([shell("manager", "echo ran")]),
        jobOf([shell("manager", "echo ran")], { name: "other" }),
      ],
      {
        mode: "accept",
        onExecution: ({ id, completion }) => seen.push(`${id} ${completion?.state}`),
      },
    );
    for (const job of [JOB, JOB, `${LOCATION}/jobs/other`, JOB]) {
      names.unshift(await cloudRun.run({}, job));
    }
  });

  after(() => cloudRun.stop());

  it("that are only accepted succeed at once, run nothing and are told of", async () => {
    const [execution] = await cloudRun.executions.getExecution({ name: names[0] ?? "" });
    expect(execution).to.include({ name: names[0], succeededCount: 1 });
    expect(execution.completionTime).to.not.equal(null);
    expect(await cloudRun.log(names[0] ?? "", "manager")).to.equal("");
    const id = names[0]?.split("/").at(-1);
    expect(seen.slice(-2)).to.deep.equal([`${id} undefined`, `${id} succeeded`]);
    expect(cloudRun.server.executions().map(({ name }) => name)).to.deep.equal(names);
  });

  it("are listed newest first, by job or for all jobs", async () => {
    const list = async (job: string) => {
      const [executions] = await cloudRun.executions.listExecutions({
        parent: `${LOCATION}/jobs/${job}`,
      });
      return executions.map(({ name }) => name);
    };
    expect(await list("-")).to.deep.equal(names);
    expect(await list("recorder")).to.deep.equal(
      names.filter((name) => name.includes("/recorder/")),
    );
    expect(await list("nobody")).to.deep.equal([]);
  });

  it("are listed in pages that newer executions do not shift", async () => {
    const parent = `${LOCATION}/jobs/other`;
    for (let count = 0; count < 4; count++) await cloudRun.run({}, parent);
    const page = async (pageToken: string) => {
      const request = { parent, pageSize: 2, pageToken };
      const [executions, , response] = await cloudRun.executions.listExecutions(request, MANUAL);
      return { names: executions.map(({ name }) => name), next: response?.nextPageToken ?? "" };
    };
    const first = await page("");
    await cloudRun.run({}, parent);
    const second = await page(first.next);
    const third = await page(second.next);
    const listed = [...first.names, ...second.names, ...third.names];
    expect(listed).to.deep.equal(
      cloudRun.server
        .executions()
        .map(({ name }) => name)
        .filter((name) => name.startsWith(parent))
        .slice(1),
    );
    expect(third).to.have.property("next", "");
    expect((await refusal(page("nonsense"))).code).to.equal(status.INVALID_ARGUMENT);
  });

  it("that are deleted are gone", async () => {
    const name = await cloudRun.run();
    const [operation] = await cloudRun.executions.deleteExecution({ name });
    const [deleted] = (await operation.promise()) as [Execution, unknown, unknown];
    expect(deleted.deleteTime).to.not.equal(null);
    const error = await refusal(cloudRun.executions.getExecution({ name }));
    expect(error.code).to.equal(status.NOT_FOUND);
    expect(error.message).to.include(`'${name.split("/").at(-1)}' of kind 'EXECUTION'`);
    const [left] = await cloudRun.executions.listExecutions({ parent: JOB });
    expect(left.map((execution) => execution.name)).to.not.include(name);
  });

  it("are not known by any other name", async () => {
    const name = `${JOB}/executions/recorder-00000x`;
    for (const call of [
      cloudRun.executions.getExecution({ name }),
      cloudRun.executions.cancelExecution({ name }),
      cloudRun.executions.deleteExecution({ name }),
    ]) {
      expect((await refusal(call)).code).to.equal(status.NOT_FOUND);
    }
  });
});
