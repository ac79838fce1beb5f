/**
 * Prints `job-schema.json`: what a batch/v1 Job may hold, cut out of the OpenAPI v3 document that Kubernetes
 * publishes for batch/v1 and that is named on the command line. See README.md.
 */
import { readFileSync } from "node:fs";

/** An object of a schema: of OpenAPI 3 where it is read, of JSON Schema where it is printed. */
type Schema = {
  $ref?: string;
  allOf?: Schema[];
  oneOf?: Schema[];
  type?: string | string[];
  format?: string;
  items?: Schema;
  additionalProperties?: Schema | boolean;
  properties?: Record<string, Schema>;
  required?: string[];
  quantity?: boolean;
};

const ROOT = "io.k8s.api.batch.v1.Job";
const QUANTITY = "io.k8s.apimachinery.pkg.api.resource.Quantity";

const [path] = process.argv.slice(2);
if (path === undefined) {
  process.stderr.write("usage: node cut-job-schema.ts apis__batch__v1_openapi.json\n");
  process.exit(2);
}
const published: Record<string, Schema> =
  JSON.parse(readFileSync(path, "utf8")).components?.schemas ?? {};

function definitionOf(name: string): Schema {
  const definition = published[name];
  if (!definition) throw new Error(`${path} does not define ${name}`);
  return definition;
}

const nameOf = (reference: string) => reference.slice(reference.lastIndexOf("/") + 1);

/** What a property may hold. What has no properties of its own is put in the place of the reference to it. */
function cut({ $ref, allOf, oneOf, type, format, items, additionalProperties }: Schema): Schema {
  const reference = $ref ?? allOf?.[0]?.$ref;
  if (reference !== undefined) {
    const name = nameOf(reference);
    const definition = definitionOf(name);
    if (definition.properties) return { $ref: `#/definitions/${name}` };
    return { ...cut(definition), ...(name === QUANTITY && { quantity: true }) };
  }
  if (oneOf) return { type: oneOf.map((one) => String(one.type)) };
  return {
    ...(type !== undefined && { type }),
    ...(format !== undefined && { format }),
    ...(items && { items: cut(items) }),
    ...(typeof additionalProperties === "object" && {
      additionalProperties: cut(additionalProperties),
    }),
  };
}

function cutDefinition(name: string): Schema {
  const { properties = {}, required } = definitionOf(name);
  const kept = Object.entries(properties).map(([property, schema]) => [property, cut(schema)]);
  return {
    type: "object",
    properties: Object.fromEntries(kept),
    ...(required && { required }),
    additionalProperties: false,
  };
}

function definitions(): Record<string, Schema> {
  const found: Record<string, Schema> = {};
  const open = [ROOT];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (found[name]) continue;
    found[name] = cutDefinition(name);
    const references = JSON.stringify(found[name]).matchAll(/"#\/definitions\/([^"]+)"/g);
    open.push(...[...references].map(([, reference = ""]) => reference));
  }
  return Object.fromEntries(Object.entries(found).sort(([a], [b]) => (a < b ? -1 : 1)));
}

const schema = {
  $schema: "http://json-schema.org/draft-07/schema#",
  title: "batch/v1 Job of Kubernetes 1.36",
  $ref: `#/definitions/${ROOT}`,
  definitions: definitions(),
};
process.stdout.write(`${JSON.stringify(schema, null, 2)}\n`);
