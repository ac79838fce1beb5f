import type { FieldProblem } from "./status.ts";

/** `Required value` and, where the API server gives one, what is required. */
export function required(field: string, what?: string): FieldProblem {
  const message = what === undefined ? "Required value" : `Required value: ${what}`;
  return { field, reason: "FieldValueRequired", message };
}

/** `Invalid value: "…": …` */
export function invalid(field: string, value: unknown, why: string): FieldProblem {
  const message = `Invalid value: ${JSON.stringify(value)}: ${why}`;
  return { field, reason: "FieldValueInvalid", message };
}

/** `Unsupported value: "…": supported values: …`, or nothing when the value is one of them. */
export function oneOf(field: string, value: string, supported: string[]): FieldProblem[] {
  if (supported.includes(value)) return [];
  const list = supported.map((one) => JSON.stringify(one)).join(", ");
  const message = `Unsupported value: ${JSON.stringify(value)}: supported values: ${list}`;
  return [{ field, reason: "FieldValueNotSupported", message }];
}

/** `Forbidden: …` */
export function forbidden(field: string, why: string): FieldProblem {
  return { field, reason: "FieldValueForbidden", message: `Forbidden: ${why}` };
}

/** `Not found: "…"` */
export function missing(field: string, value: string): FieldProblem {
  return { field, reason: "FieldValueNotFound", message: `Not found: ${JSON.stringify(value)}` };
}

/** `Duplicate value: "…"` */
function duplicate(field: string, value: string): FieldProblem {
  const message = `Duplicate value: ${JSON.stringify(value)}`;
  return { field, reason: "FieldValueDuplicate", message };
}

/** A number that must not be negative; an absent one is fine. */
export function notNegative(field: string, value: number | undefined): FieldProblem[] {
  if (value === undefined || value >= 0) return [];
  return [invalid(field, value, "must be greater than or equal to 0")];
}

/** A duplicate for every value that has come before in its list; `fieldOf` names the field of the nth. */
export function unique(values: string[], fieldOf: (index: number) => string): FieldProblem[] {
  return values.flatMap((value, index) =>
    values.indexOf(value) < index ? [duplicate(fieldOf(index), value)] : [],
  );
}
