import { expect } from "chai";
import { applyOverrides } from "../../src/cloud-run/overrides.ts";
import { jobOf, type Overrides, shell } from "./local-cloud-run.ts";

const JOB = jobOf([shell("manager", "run", { env: { A: "1", B: "2" } }), shell("bot", "bot")]);

const applied = (overrides: Overrides, job = JOB) => {
  const result = applyOverrides(job, overrides);
  return result.ok ? result.job : expect.fail(result.message);
};

const refused = (overrides: Overrides, job = JOB) => {
  const result = applyOverrides(job, overrides);
  return result.ok ? expect.fail("was not refused") : result.message;
};

describe("applyOverrides", () => {
  it("changes nothing when there are none", () => {
    expect(applyOverrides(JOB, null)).to.deep.equal({ ok: true, job: JOB });
  });

  it("merges env by name and leaves the other containers alone", () => {
    const env = [
      { name: "B", value: "3" },
      { name: "C", value: "4" },
    ];
    const job = applied({ containerOverrides: [{ name: "manager", env }] });
    expect(job.containers[0]?.env).to.deep.equal({ A: "1", B: "3", C: "4" });
    expect(job.containers[0]?.args).to.deep.equal(["run"]);
    expect(job.containers[1]).to.equal(JOB.containers[1]);
  });

  it("replaces args, or clears them", () => {
    const args = (override: object) =>
      applied({ containerOverrides: [{ name: "bot", ...override }] }).containers[1]?.args;
    expect(args({ args: ["x", "y"] })).to.deep.equal(["x", "y"]);
    expect(args({ clearArgs: true })).to.deep.equal([]);
  });

  it("sets the number of tasks and the time-out", () => {
    const job = applied({ taskCount: 3, timeout: { seconds: 90 } });
    expect(job).to.include({ taskCount: 3, timeoutSeconds: 90 });
  });

  it("needs no name where there is one container", () => {
    const env = [{ name: "A", value: "9" }];
    const job = applied({ containerOverrides: [{ env }] }, jobOf([shell("manager", "run")]));
    expect(job.containers[0]?.env).to.deep.equal({ A: "9" });
  });

  it("refuses what Cloud Run refuses", () => {
    const long = [{ name: "BIG", value: "x".repeat(32 * 1024 + 1) }];
    expect(refused({ containerOverrides: [{ name: "nobody" }] })).to.include("'nobody'");
    expect(refused({ containerOverrides: [{ env: [] }] })).to.include("container");
    expect(refused({ containerOverrides: [{ name: "bot", env: long }] })).to.include("'BIG'");
    expect(
      refused({ containerOverrides: [{ name: "bot", args: ["x"], clearArgs: true }] }),
    ).to.include("both sets and clears");
    expect(refused({ timeout: { seconds: 0 } })).to.include("it is 0");
    expect(refused({ timeout: { seconds: 604_801 } })).to.include("604800");
  });
});
