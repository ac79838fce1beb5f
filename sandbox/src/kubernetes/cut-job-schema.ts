/**
 * Prints `job-schema.json`: what a batch/v1 Job may hold, read from the models that the Kubernetes project
 * generates from its OpenAPI document for the installed `@kubernetes/client-node`. See README.md.
 */
import { readFile } from "node:fs/promises";
import * as client from "@kubernetes/client-node";

type Attribute = { baseName: string; type: string; format: string };
type Schema = Record<string, unknown>;

const ROOT = "V1Job";
const MODELS = new URL("./gen/models/", import.meta.resolve("@kubernetes/client-node"));

/** What holds quantities: the models have them as strings, the document takes numbers, too. */
const QUANTITIES: ReadonlySet<string> = new Set([
  "V1EmptyDirVolumeSource.sizeLimit",
  "V1PodSpec.overhead",
  "V1ResourceFieldSelector.divisor",
  "V1ResourceRequirements.limits",
  "V1ResourceRequirements.requests",
  "V1VolumeResourceRequirements.limits",
  "V1VolumeResourceRequirements.requests",
]);

const QUANTITY = { type: ["number", "string"], quantity: true };

const PRIMITIVES: Record<string, Schema> = {
  string: { type: "string" },
  boolean: { type: "boolean" },
  Date: { type: "string", format: "date-time" },
  IntOrString: { type: ["integer", "string"] },
  any: {},
};

function attributesOf(model: string): Attribute[] {
  const found: unknown = Object.entries(client).find(([name]) => name === model)?.[1];
  if (typeof found !== "function" || !("attributeTypeMap" in found)) {
    throw new Error(`the client has no model ${model}`);
  }
  return found.attributeTypeMap as Attribute[];
}

function schemaOf(type: string, format: string): Schema {
  const item = /^Array<(.+)>$/.exec(type)?.[1];
  if (item !== undefined) return { type: "array", items: schemaOf(item, format) };
  const value = /^\{ \[key: string\]: (.+); \}$/.exec(type)?.[1];
  if (value !== undefined) return { type: "object", additionalProperties: schemaOf(value, format) };
  if (type === "string" && format === "quantity") return QUANTITY;
  if (type === "number" && format.startsWith("int")) return { type: "integer", format };
  return PRIMITIVES[type] ?? { $ref: `#/definitions/${type}` };
}

/** The properties that the declaration of a model does not mark as optional, by their names in JSON. */
async function requiredOf(model: string): Promise<string[]> {
  const declaration = await readFile(new URL(`${model}.d.ts`, MODELS), "utf8");
  return [...declaration.matchAll(/^ {4}'(\w+)': /gm)].map(([, name = ""]) => name);
}

async function definitionOf(model: string): Promise<Schema> {
  const required = await requiredOf(model);
  const properties = attributesOf(model).map(({ baseName, type, format }) => [
    baseName,
    schemaOf(type, QUANTITIES.has(`${model}.${baseName}`) ? "quantity" : format),
  ]);
  return {
    type: "object",
    properties: Object.fromEntries(properties),
    ...(required.length > 0 && { required }),
    additionalProperties: false,
  };
}

async function definitions(): Promise<Record<string, Schema>> {
  const found: Record<string, Schema> = {};
  const open = [ROOT];
  for (let model = open.pop(); model !== undefined; model = open.pop()) {
    if (found[model] !== undefined) continue;
    found[model] = await definitionOf(model);
    const references = JSON.stringify(found[model]).matchAll(/#\/definitions\/(\w+)/g);
    open.push(...[...references].map(([, name = ""]) => name));
  }
  return Object.fromEntries(Object.entries(found).sort(([a], [b]) => (a < b ? -1 : 1)));
}

const schema = {
  $schema: "http://json-schema.org/draft-07/schema#",
  title: "Kubernetes release-1.36, batch/v1 Job",
  $ref: `#/definitions/${ROOT}`,
  definitions: await definitions(),
};
process.stdout.write(`${JSON.stringify(schema, null, 2)}\n`);
