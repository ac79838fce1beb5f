import type { Request } from "express";
import type { Answer } from "./answer.ts";
import type { Caller } from "./authentication/caller.ts";
import { parseBody } from "./body.ts";
import type { Operation } from "./description.ts";
import { type FieldError, invalid } from "./problem.ts";
import type { Checks } from "./validation.ts";

/** A request that is as the description wants it, and whose caller is known. */
export interface Call {
  caller: Caller;
  /** By the names of the description. */
  path: Readonly<Record<string, string>>;
  query: Readonly<Record<string, unknown>>;
  header: Readonly<Record<string, string>>;
  body: unknown;
}

/** What a request holds besides its caller, or the answer that says what is wrong with it. */
export type Understood = { ok: true; given: Omit<Call, "caller"> } | { ok: false; answer: Answer };

/** Reads and checks everything that an operation's description says of a request. */
export function understand(request: Request, operation: Operation, checks: Checks): Understood {
  const path = { ...request.params } as Record<string, string>;
  const query = readQuery(request);
  const header = readHeaders(request, operation);
  const errors = [
    ...query.errors,
    ...checks.path(path),
    ...checks.query(query.values),
    ...checks.header(header),
  ];
  if (errors.length > 0) return { ok: false, answer: invalid(errors) };
  const given = { path, query: query.values, header };
  if (!checks.body) return { ok: true, given: { ...given, body: undefined } };
  const body = parseBody(request, operation.bodyTypes);
  if (!body.ok) return body;
  const wrong = checks.body(body.value);
  if (wrong.length > 0) return { ok: false, answer: invalid(wrong) };
  return { ok: true, given: { ...given, body: body.value } };
}

/** From the address itself: Google's functions framework has its own idea of `query`. */
function readQuery({ originalUrl }: Request) {
  const [, text = ""] = /\?(.*)$/s.exec(originalUrl) ?? [];
  const searchParams = new URLSearchParams(text);
  const errors: FieldError[] = [...new Set(searchParams.keys())]
    .filter((name) => searchParams.getAll(name).length > 1)
    .map((name) => ({ field: `query.${name}`, message: "is given more than once" }));
  return { values: Object.fromEntries(searchParams) as Record<string, unknown>, errors };
}

function readHeaders(request: Request, { parameters }: Operation): Record<string, string> {
  const names = parameters.filter(({ place }) => place === "header").map(({ name }) => name);
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = request.get(name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
