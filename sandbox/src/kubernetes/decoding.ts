import { Ajv, type ErrorObject, type FuncKeywordDefinition } from "ajv";
import schema from "./job-schema.json" with { type: "json" };
import { parseQuantity } from "./quantity.ts";
import type { FieldProblem } from "./status.ts";

/** What the schema says against an object that claims to be a Job. */
export type SchemaFindings = {
  /** Paths of fields that do not exist. */
  unknown: string[];
  /** Takes those fields out of the object. */
  dropUnknown: () => void;
  /** Sentences on values of a wrong type, as Go's JSON decoder writes them. */
  mistyped: string[];
  /** Fields that are required and missing. */
  missing: FieldProblem[];
};

const INT32_MAX = 2 ** 31 - 1;
const NO_QUANTITY =
  "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

/** A quantity may come as a number, and is kept as text. */
const QUANTITY: FuncKeywordDefinition = {
  keyword: "quantity",
  modifying: true,
  errors: false,
  validate: (_: true, value: unknown, __, place) => {
    const text = String(value);
    if (place) place.parentData[place.parentDataProperty] = text;
    return parseQuantity(text) !== undefined;
  },
};

const ajv = new Ajv({
  allErrors: true,
  verbose: true,
  allowUnionTypes: true,
  formats: {
    int32: { type: "number", validate: (n: number) => Math.abs(n) <= INT32_MAX },
    int64: { type: "number", validate: Number.isSafeInteger },
    "date-time": (text: string) => !Number.isNaN(Date.parse(text)),
  },
});
ajv.addKeyword(QUANTITY);
const validate = ajv.compile(schema);

/** The name of the structure that a property's schema belongs to. */
const STRUCTURES = new Map<unknown, string>(
  Object.entries(schema.definitions).flatMap(([name, { properties }]) =>
    Object.values(properties).map((property) => [property, name.slice(name.lastIndexOf(".") + 1)]),
  ),
);

/**
 * Reads a request's body; what is no JSON comes back as the text that it is. A `null` counts as absent, as it
 * does for the API server.
 */
export function parseObject(text: string): unknown {
  try {
    return JSON.parse(text, (_, value: unknown) => (value === null ? undefined : value));
  } catch {
    return text;
  }
}

/** Compares an object with the published schema of batch/v1 Job; its quantities are text afterwards. */
export function checkSchema(object: unknown): SchemaFindings {
  validate(object);
  const errors = validate.errors ?? [];
  const of = (...keywords: string[]) => errors.filter(({ keyword }) => keywords.includes(keyword));
  const unknown = of("additionalProperties");
  return {
    unknown: unknown.map((error) =>
      fieldPath(`${error.instancePath}/${error.params["additionalProperty"]}`),
    ),
    dropUnknown: () => {
      for (const { data, params } of unknown)
        Reflect.deleteProperty(data as object, params["additionalProperty"]);
    },
    mistyped: of("type", "format", "quantity").map(mistyped),
    missing: of("required").map((error) => ({
      field: fieldPath(`${error.instancePath}/${error.params["missingProperty"]}`),
      reason: "FieldValueRequired",
      message: "Required value",
    })),
  };
}

/** A JSON pointer as the API server writes paths: `spec.template.spec.containers[0].image`. */
function fieldPath(pointer: string): string {
  return pointer
    .slice(1)
    .split("/")
    .map((part) => (/^\d+$/.test(part) ? `[${part}]` : `.${part}`))
    .join("")
    .slice(1);
}

function mistyped({ instancePath, parentSchema, data }: ErrorObject): string {
  if (parentSchema?.["quantity"]) return NO_QUANTITY;
  const struct = STRUCTURES.get(parentSchema) ?? "Job";
  const wanted = parentSchema?.["format"] ?? parentSchema?.["type"];
  const path = fieldPath(instancePath).replace(/\[\d+\]/g, "");
  return `json: cannot unmarshal ${kindOf(data)} into Go struct field ${struct}.${path} of type ${wanted}`;
}

function kindOf(value: unknown): string {
  if (typeof value === "number") return `number ${value}`;
  if (typeof value === "boolean") return "bool";
  return Array.isArray(value) ? "array" : typeof value;
}
