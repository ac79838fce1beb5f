import { readFile } from "node:fs/promises";
import * as client from "@kubernetes/client-node";
import { expect } from "chai";
import published from "../../src/kubernetes/job-schema.json" with { type: "json" };

type Attribute = { baseName: string; type: string; format: string };
type Model = { attributeTypeMap: Attribute[] };
type Schema = {
  $ref?: string;
  type?: string | string[];
  format?: string;
  items?: Schema;
  additionalProperties?: Schema;
  quantity?: boolean;
};
type Definition = { properties: Record<string, Schema>; required?: string[] };

const MODELS = new URL("./gen/models/", import.meta.resolve("@kubernetes/client-node"));
const models: Record<string, unknown> = { ...client };
const definitions: [string, Definition][] = Object.entries(published.definitions);

/** What the client calls a definition: `V1Job`, or `CoreV1ResourceClaim` where several groups have the kind. */
function modelName(definition: string): string {
  const kind = definition.slice(definition.lastIndexOf(".") + 1);
  return `V1${kind}` in models ? `V1${kind}` : `CoreV1${kind}`;
}

/** A property's type in the notation of the client's models. */
function typeOf({ $ref, type, format, items, additionalProperties, quantity }: Schema): string {
  if ($ref) return modelName($ref);
  if (items) return `Array<${typeOf(items)}>`;
  if (additionalProperties) return `{ [key: string]: ${typeOf(additionalProperties)}; }`;
  if (quantity) return "string";
  if (Array.isArray(type)) return type.join() === "integer,string" ? "IntOrString" : type.join();
  if (format === "date-time") return "Date";
  if (type === "integer") return `number ${format}`;
  return type === "object" ? "any" : String(type);
}

/** `Kind.property: type`, a line each. */
function propertiesOf(model: string): string[] {
  const { attributeTypeMap } = models[model] as Model;
  return attributeTypeMap.map(
    ({ baseName, type, format }) =>
      `${model}.${baseName}: ${type.replace(/\bnumber\b/, `number ${format}`)}`,
  );
}

/** The properties that the declaration of a model does not mark as optional. */
async function requiredOf(definition: string): Promise<string[]> {
  const declaration = await readFile(new URL(`${modelName(definition)}.d.ts`, MODELS), "utf8");
  return [...declaration.matchAll(/^ {4}'(\w+)': /gm)].map(([, name = ""]) => name).sort();
}

describe("the schema of a job, and the models that the client has of the same document", () => {
  it("have the same properties, of the same types", () => {
    const ours = definitions.flatMap(([name, { properties }]) =>
      Object.entries(properties).map(
        ([property, schema]) => `${modelName(name)}.${property}: ${typeOf(schema)}`,
      ),
    );
    const theirs = definitions.flatMap(([name]) => propertiesOf(modelName(name)));
    expect(ours.filter((property) => !theirs.includes(property))).to.deep.equal([]);
    expect(theirs.filter((property) => !ours.includes(property))).to.deep.equal([]);
  });

  it("require the same properties", async () => {
    const ours = definitions.map(([name, { required = [] }]) => [name, required.toSorted()]);
    const theirs = definitions.map(async ([name]) => [name, await requiredOf(name)]);
    expect(ours).to.deep.equal(await Promise.all(theirs));
  });
});
