import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect } from "chai";

const CUT = fileURLToPath(import.meta.resolve("../../src/kubernetes/cut-job-schema.ts"));
const JOB = "io.k8s.api.batch.v1.Job";
const SPEC = "io.k8s.api.batch.v1.JobSpec";
const QUANTITY = "io.k8s.apimachinery.pkg.api.resource.Quantity";

const reference = (name: string) => ({ $ref: `#/components/schemas/${name}` });

describe("the schema that is cut out of a published document", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "published-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function cut(document: object): Promise<{ definitions: Record<string, unknown> }> {
    const path = join(folder, "document.json");
    await writeFile(path, JSON.stringify(document));
    const { stdout } = await promisify(execFile)(process.execPath, [CUT, path]);
    return JSON.parse(stdout);
  }

  it("has what a job reaches, without what is not checked", async () => {
    const schemas = {
      [JOB]: {
        description: "a job",
        properties: { spec: { allOf: [reference(SPEC)], default: {}, description: "its spec" } },
        type: "object",
        "x-kubernetes-group-version-kind": [],
      },
      [SPEC]: {
        properties: {
          parallelism: { format: "int32", type: "integer" },
          limits: { additionalProperties: reference(QUANTITY), type: "object" },
          names: { items: { default: "", type: "string" }, type: "array" },
        },
        required: ["names"],
        type: "object",
      },
      [QUANTITY]: { description: "an amount", oneOf: [{ type: "string" }, { type: "number" }] },
      "io.k8s.api.batch.v1.CronJob": { properties: {}, type: "object" },
    };
    expect((await cut({ components: { schemas } })).definitions).to.deep.equal({
      [JOB]: {
        type: "object",
        properties: { spec: { $ref: `#/definitions/${SPEC}` } },
        additionalProperties: false,
      },
      [SPEC]: {
        type: "object",
        properties: {
          parallelism: { type: "integer", format: "int32" },
          limits: {
            type: "object",
            additionalProperties: { type: ["string", "number"], quantity: true },
          },
          names: { type: "array", items: { type: "string" } },
        },
        required: ["names"],
        additionalProperties: false,
      },
    });
  });

  it("is none where the document has no jobs", async () => {
    const failed = await cut({ openapi: "3.0.0" }).then(
      () => expect.fail("it was cut"),
      (error: { stderr: string }) => error,
    );
    expect(failed.stderr).to.contain(`does not define ${JOB}`);
  });

  it("wants a document to be named", async () => {
    const failed = await promisify(execFile)(process.execPath, [CUT]).then(
      () => expect.fail("it was cut"),
      (error: { code: number; stderr: string }) => error,
    );
    expect(failed).to.deep.include({
      code: 2,
      stderr: "usage: node cut-job-schema.ts apis__batch__v1_openapi.json\n",
    });
  });
});
