import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import {
  DESCRIPTION,
  DESCRIPTION_KEY,
  type Operation,
  type ParameterPlace,
} from "./description.ts";
import type { FieldError } from "./problem.ts";

/** Says what is wrong with a value. Parameters are converted from text in place, and defaults filled in. */
export type Check = (value: unknown) => FieldError[];

/** What is to be checked of an operation's requests. */
export interface Checks {
  path: Check;
  query: Check;
  header: Check;
  /** Absent for an operation that takes no body. */
  body?: Check;
}

/** One answer need not list more. */
const MAX_ERRORS = 20;

const bodies = makeAjv({});
const parameters = makeAjv({ coerceTypes: true, useDefaults: true });

/** The checks that the description of an operation asks for. */
export function checksFor({ parameters: all, body }: Operation): Checks {
  const ofParameters = (place: ParameterPlace) => {
    const here = all.filter((parameter) => parameter.place === place);
    const schema = {
      type: "object",
      properties: Object.fromEntries(here.map(({ name, schema }) => [name, schema])),
      required: here.filter(({ isRequired }) => isRequired).map(({ name }) => name),
      additionalProperties: false,
    };
    return toCheck(parameters.compile(schema), place);
  };
  return {
    path: ofParameters("path"),
    query: ofParameters("query"),
    header: ofParameters("header"),
    ...(body && { body: toCheck(bodies.compile(body)) }),
  };
}

function makeAjv(options: { coerceTypes?: boolean; useDefaults?: boolean }): Ajv2020 {
  const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true, ...options });
  // ajv-formats is a CommonJS module whose default export comes with it as a property, too.
  addFormats.default(ajv, ["date-time", "uri"]);
  // The description is no schema itself, but has some; those that are pointed to are checked then.
  ajv.addVocabulary(Object.keys(DESCRIPTION));
  return ajv.addSchema(DESCRIPTION, DESCRIPTION_KEY, undefined, false);
}

function toCheck(validate: ValidateFunction, prefix = ""): Check {
  return (value) => {
    if (validate(value)) return [];
    const errors = (validate.errors ?? []).map((error) => toFieldError(error, prefix));
    // Where a value may have one of several forms, the first complaint is about the usual one.
    const byField = Map.groupBy(errors, ({ field }) => field).values();
    return [...byField].flatMap(([first]) => first ?? []).slice(0, MAX_ERRORS);
  };
}

/** A field by its names, the way to it separated by dots. */
function toFieldError({ instancePath, keyword, params, message }: ErrorObject, prefix: string) {
  const named = [params["missingProperty"] ?? params["additionalProperty"] ?? []].flat();
  const field = [prefix, ...instancePath.split("/"), ...named].filter((name) => name !== "");
  return { field: field.join(".") || "body", message: MESSAGES[keyword] ?? message ?? keyword };
}

/** Where ajv's own words repeat the field's name, or say less. */
const MESSAGES: Readonly<Record<string, string>> = {
  required: "is missing",
  additionalProperties: "is not known here",
};
