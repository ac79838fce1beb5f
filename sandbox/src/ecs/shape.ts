import { NormalizedSchema } from "@smithy/core/schema";
import type { SchemaRef, StaticStructureSchema } from "@smithy/types";

/**
 * What of a parsed JSON value does not have the shape that the service's model gives it, as the client
 * carries it: a member that is unknown, missing or of another type. The real service passes over members
 * that it does not know; here they are refused, since a misspelled one would be lost in silence.
 */
export function problemsOfShape(schema: SchemaRef, value: unknown, path = ""): string[] {
  const shape = NormalizedSchema.of(schema);
  if (shape.isStructSchema()) {
    return isObject(value) ? problemsOfStructure(shape, value, path) : wrong(path, "an object");
  }
  if (shape.isListSchema()) {
    if (!Array.isArray(value)) return wrong(path, "a list");
    return value.flatMap((each, index) =>
      problemsOfShape(shape.getValueSchema(), each, `${path}[${index}]`),
    );
  }
  if (shape.isMapSchema()) {
    if (!isObject(value)) return wrong(path, "an object");
    return Object.entries(value).flatMap(([key, each]) =>
      problemsOfShape(shape.getValueSchema(), each, `${path}.${key}`),
    );
  }
  const type = shape.isNumericSchema() ? "number" : shape.isBooleanSchema() ? "boolean" : "string";
  return typeof value === type ? [] : wrong(path, `a ${type}`);
}

function problemsOfStructure(
  shape: NormalizedSchema,
  value: Record<string, unknown>,
  path: string,
): string[] {
  const members = new Map(shape.structIterator());
  // The model's structures name their required members first, and end with how many those are.
  const [, , , , , , required = 0] = shape.getSchema() as StaticStructureSchema;
  const missing = [...members.keys()].slice(0, required).filter((name) => !(name in value));
  return [
    ...missing.map((name) => `${join(path, name)} is missing`),
    ...Object.entries(value).flatMap(([name, each]) => {
      const member = members.get(name);
      if (!member) return [`${join(path, name)} is unknown`];
      return problemsOfShape(member, each, join(path, name));
    }),
  ];
}

function join(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

function wrong(path: string, expected: string): string[] {
  return [`${path || "the input"} is not ${expected}`];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
