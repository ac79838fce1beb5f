import { readFileSync } from "node:fs";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { expect } from "chai";

/** An answer as a caller has it. */
export interface Received {
  status: number;
  headers: Headers;
  body: Body;
}

/** JSON of any shape, as `expect` takes it. */
type Body = Record<string, unknown> | undefined;

interface ResponseDescription {
  $ref?: string;
  headers?: Record<string, unknown>;
  content?: Record<string, unknown>;
}
interface Description {
  paths: Record<string, Record<string, { responses: Record<string, ResponseDescription> }>>;
  components: { responses: Record<string, ResponseDescription> };
}

/** The description, read as a user of the API reads it. */
export const DOCUMENT = JSON.parse(
  readFileSync(new URL("../../../src/api/openapi.json", import.meta.url), "utf8"),
) as Description;

/** An ajv that knows the description as `description`. */
export const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });
addFormats.default(ajv);
ajv.addVocabulary(Object.keys(DOCUMENT));
ajv.addSchema(DOCUMENT, "description", undefined, false);

const ROOT = "description#";
const PROBLEM = `${ROOT}/components/schemas/Problem`;
const PROBLEM_TYPE = "application/problem+json";
/** What the description cannot say of any operation: there is none. An address may be broken, too. */
const UNDESCRIBED: ReadonlySet<number> = new Set([400, 404, 405]);

/** Fails unless an answer is what the description says of its operation and status. */
export function expectDescribed(method: string, url: string, received: Received): void {
  const { status, headers, body } = received;
  expect(headers.get("x-request-id"), "X-Request-Id").to.be.a("string").and.not.equal("");
  expect(headers.get("cache-control")).to.equal("no-store");
  expect(headers.get("x-content-type-options")).to.equal("nosniff");
  expect(headers.get("x-powered-by")).to.equal(null);
  // As it was sent: a URL would have its `..` resolved.
  const [pathname = ""] = url.split(/[?#]/);
  const found = find(method, pathname, status);
  if (!found) {
    expect(UNDESCRIBED.has(status), `${method} ${url}: ${status} is not described`).to.equal(true);
    expectProblem(received);
    return;
  }
  const [type] = Object.keys(found.response.content ?? {});
  if (type === PROBLEM_TYPE) {
    expectProblem(received);
  } else if (type === undefined) {
    expect(body).to.equal(undefined);
  } else {
    expect(headers.get("content-type")).to.match(/^application\/json/);
    expectValid(`${found.pointer}/content/${pointerPart(type)}/schema`, body);
  }
}

function expectProblem({ status, headers, body }: Received): void {
  expect(headers.get("content-type")).to.match(/^application\/problem\+json/);
  expectValid(PROBLEM, body);
  expect(body).to.include({ status, instance: headers.get("x-request-id") });
}

function expectValid($ref: string, value: unknown): void {
  const validate: ValidateFunction = ajv.getSchema($ref) ?? ajv.compile({ $ref });
  const valid = validate(value);
  expect(valid, `${ajv.errorsText(validate.errors)} in ${JSON.stringify(value)}`).to.equal(true);
}

/** The description of an answer; nothing where there is none. */
function find(method: string, pathname: string, status: number) {
  const path = Object.keys(DOCUMENT.paths).find((template) =>
    new RegExp(`^${template.replaceAll(/\{\w+\}/g, "[^/]+")}$`).test(pathname),
  );
  const verb = method.toLowerCase();
  const response = path && DOCUMENT.paths[path]?.[verb]?.responses[status];
  if (!response) return undefined;
  const { $ref } = response;
  if ($ref === undefined) {
    const pointer = `${ROOT}/paths/${pointerPart(path)}/${verb}/responses/${status}`;
    return { response, pointer };
  }
  const name = $ref.slice($ref.lastIndexOf("/") + 1);
  const shared = DOCUMENT.components.responses[name];
  if (!shared) throw new Error(`${$ref} leads nowhere.`);
  return { response: shared, pointer: `description${$ref}` };
}

/** A name as a part of a JSON pointer in a URI. */
function pointerPart(name: string): string {
  return encodeURIComponent(name.replaceAll("~", "~0").replaceAll("/", "~1"));
}
