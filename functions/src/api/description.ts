import document from "./openapi.json" with { type: "json" };

/** Where a parameter is given. */
export type ParameterPlace = "path" | "query" | "header";

/** A parameter of an operation. */
export interface Parameter {
  name: string;
  place: ParameterPlace;
  isRequired: boolean;
  /** A schema, or a pointer to one in the description. */
  schema: Readonly<Record<string, unknown>>;
}

/** One thing that the API does, as the description has it. */
export interface Operation {
  /** Chooses the handler. */
  id: string;
  method: "get" | "post" | "patch" | "delete";
  /** As a route: `/v1/meetings/:id`. */
  path: string;
  /** Whether anybody may ask. */
  isPublic: boolean;
  parameters: readonly Parameter[];
  /** The schema of its body; an operation without takes none. */
  body?: { $ref: string };
  /** The media types that its body may have. */
  bodyTypes: readonly string[];
}

interface RawOperation {
  operationId: string;
  security?: readonly unknown[];
  parameters?: readonly { $ref: string }[];
  requestBody?: { content: Readonly<Record<string, { schema: { $ref: string } }>> };
}
interface RawParameter {
  name: string;
  in: ParameterPlace;
  required?: boolean;
  schema: Readonly<Record<string, unknown>>;
}

/** The description as it is served. */
export const DESCRIPTION: object = document;

/** The key that the description's schemas are known by; a pointer into it follows. */
export const DESCRIPTION_KEY = "openapi.json";

const parameters: Readonly<Record<string, unknown>> = document.components.parameters;

/** Everything that the API does, read from its description. */
export const OPERATIONS: readonly Operation[] = Object.entries(document.paths).flatMap(
  ([path, methods]) =>
    Object.entries(methods as Record<string, RawOperation>).map(([method, operation]) =>
      read(path, method as Operation["method"], operation),
    ),
);

function read(path: string, method: Operation["method"], operation: RawOperation): Operation {
  const content = operation.requestBody?.content ?? {};
  // Whatever its type is called, it is the same JSON.
  const body = content["application/json"]?.schema;
  return {
    id: operation.operationId,
    method,
    path: path.replaceAll(/\{(\w+)\}/g, ":$1"),
    isPublic: operation.security?.length === 0,
    parameters: (operation.parameters ?? []).map(readParameter),
    bodyTypes: Object.keys(content),
    ...(body && { body: { $ref: `${DESCRIPTION_KEY}${body.$ref}` } }),
  };
}

function readParameter({ $ref }: { $ref: string }): Parameter {
  const parameter = parameters[$ref.slice($ref.lastIndexOf("/") + 1)] as RawParameter;
  const { name, in: place, required: isRequired = false, schema } = parameter;
  const reference = schema["$ref"];
  return {
    name,
    place,
    isRequired,
    schema: reference === undefined ? schema : { $ref: `${DESCRIPTION_KEY}${reference}` },
  };
}
