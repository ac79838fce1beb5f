import { lineProblem } from "@meeting-bot/core";
import type { ValidateFunction } from "ajv/dist/2020.js";
import type { Answer } from "../api/answer.ts";
import { invalid, problem } from "../api/problem.ts";
import { LINE_FORMATS, NOTICE_SCHEMA, type Notice } from "./notice.ts";

/** A notice, or the answer that says why there is none. */
export type ReadNotice = { ok: true; notice: Notice } | { ok: false; answer: Answer };

let validation: Promise<ValidateFunction<Notice>> | undefined;

/** Reads the body of a request whose sender is known. */
export async function readNotice(body: Buffer): Promise<ReadNotice> {
  const parsed = parse(body);
  if (!parsed) {
    return { ok: false, answer: problem("malformed-body", "The body must be JSON in UTF-8.") };
  }
  validation ??= loadValidation();
  const validate = await validation;
  if (validate(parsed.value)) return { ok: true, notice: parsed.value };
  const errors = (validate.errors ?? []).map(({ instancePath, message = "is wrong" }) => ({
    field: instancePath.slice(1).replaceAll("/", ".") || "body",
    message,
  }));
  return { ok: false, answer: invalid(errors) };
}

function parse(body: Buffer): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body)) };
  } catch {
    return undefined;
  }
}

/** Only the first signed notice of a function's instance needs it. */
async function loadValidation(): Promise<ValidateFunction<Notice>> {
  const [{ Ajv2020 }, { default: formats }] = await Promise.all([
    import("ajv/dist/2020.js"),
    import("ajv-formats"),
  ]);
  const ajv = new Ajv2020();
  // A CommonJS module, whose default export comes with it as a property, too.
  formats.default(ajv, ["date-time"]);
  for (const [format, maxCharacters] of Object.entries(LINE_FORMATS)) {
    ajv.addFormat(format, (text) => lineProblem(text, maxCharacters) === undefined);
  }
  return ajv.compile<Notice>(NOTICE_SCHEMA);
}
