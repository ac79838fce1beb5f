import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect } from "chai";
import schema from "../../src/kubernetes/job-schema.json" with { type: "json" };

const CUT = fileURLToPath(import.meta.resolve("../../src/kubernetes/cut-job-schema.ts"));

describe("the schema of a job", () => {
  it("is what is cut out of the installed client", async function () {
    this.timeout(30_000);
    const { stdout } = await promisify(execFile)(process.execPath, [CUT]);
    expect(JSON.parse(stdout)).to.deep.equal(schema);
  });
});
