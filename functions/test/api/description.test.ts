import { FORMATS } from "@meeting-bot/core";
import { expect } from "chai";
import { OPERATIONS } from "../../src/api/description.ts";
import { HANDLERS, PUBLIC_ANSWERS } from "../../src/api/handlers.ts";
import { ajv, DOCUMENT } from "./support/described.ts";

const REFERENCE = {
  type: "object",
  required: ["$ref"],
  properties: { $ref: { type: "string", pattern: "^#/components/\\w+/\\w+$" } },
  additionalProperties: false,
};
const SCHEMA = { $ref: "https://json-schema.org/draft/2020-12/schema" };
const map = (values: object) => ({ type: "object", additionalProperties: values });
const CONTENT = {
  type: "object",
  minProperties: 1,
  additionalProperties: { type: "object", required: ["schema"], properties: { schema: SCHEMA } },
};
const RESPONSE = {
  type: "object",
  required: ["description"],
  properties: {
    description: { type: "string" },
    headers: map({ type: "object" }),
    content: CONTENT,
  },
  additionalProperties: false,
};
const OPERATION = {
  type: "object",
  required: ["operationId", "summary", "responses"],
  properties: {
    operationId: { type: "string" },
    summary: { type: "string" },
    description: { type: "string" },
    security: { type: "array", maxItems: 0 },
    parameters: { type: "array", items: REFERENCE },
    requestBody: {
      type: "object",
      required: ["required", "content"],
      properties: { required: { const: true }, content: CONTENT },
      additionalProperties: false,
    },
    responses: {
      type: "object",
      propertyNames: { pattern: "^[2-5]\\d\\d$" },
      additionalProperties: { anyOf: [REFERENCE, RESPONSE] },
    },
  },
  additionalProperties: false,
};
/** As much of https://spec.openapis.org/oas/v3.1.1 as the description uses. */
const OPENAPI = {
  type: "object",
  required: ["openapi", "info", "paths", "components"],
  properties: {
    openapi: { const: "3.1.1" },
    info: {
      type: "object",
      required: ["title", "version"],
      properties: {
        title: { type: "string" },
        version: { type: "string" },
        description: { type: "string" },
      },
      additionalProperties: false,
    },
    servers: { type: "array", items: { type: "object", required: ["url"] } },
    security: { type: "array", items: map({ type: "array" }) },
    paths: {
      type: "object",
      propertyNames: { pattern: "^/" },
      additionalProperties: {
        type: "object",
        propertyNames: { enum: ["get", "post", "patch", "delete"] },
        additionalProperties: OPERATION,
      },
    },
    components: {
      type: "object",
      properties: {
        securitySchemes: map({ type: "object", required: ["type", "scheme"] }),
        parameters: map({
          type: "object",
          required: ["name", "in", "schema"],
          properties: { in: { enum: ["path", "query", "header"] }, schema: SCHEMA },
        }),
        responses: map(RESPONSE),
        schemas: map(SCHEMA),
      },
      additionalProperties: false,
    },
  },
  additionalProperties: false,
};

describe("the API's description", () => {
  it("has the structure of OpenAPI 3.1, and its schemas that of JSON Schema", () => {
    const valid = ajv.validate(OPENAPI, DOCUMENT);
    expect(valid, ajv.errorsText()).to.equal(true);
  });

  it("leads nowhere that is not there", () => {
    const text = JSON.stringify(DOCUMENT);
    const references = [...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, reference]) => reference);
    expect(references).not.to.deep.equal([]);
    for (const reference of new Set(references)) {
      const parts = String(reference).slice(2).split("/");
      const found = parts.reduce<unknown>((part, name) => Object(part)[name], DOCUMENT);
      expect(found, reference).to.be.an("object");
    }
  });

  it("names the parameters of each path", () => {
    for (const { path, parameters } of OPERATIONS) {
      const named = [...path.matchAll(/:(\w+)/g)].map(([, name]) => name);
      const given = parameters.filter(({ place }) => place === "path").map(({ name }) => name);
      expect(given, path).to.deep.equal(named);
    }
  });

  it("has nothing that nothing does, and does nothing that it has not", () => {
    const done = [...Object.keys(HANDLERS), ...Object.keys(PUBLIC_ANSWERS)];
    expect(OPERATIONS.map(({ id }) => id)).to.have.members(done);
  });

  it("has its operations wanting a token, but for itself", () => {
    const open = OPERATIONS.filter(({ isPublic }) => isPublic).map(({ id }) => id);
    expect(open).to.deep.equal(Object.keys(PUBLIC_ANSWERS));
  });

  it("lets a change have every field of a new meeting, or null for it", () => {
    const { NewMeeting, MeetingChange } = Object(DOCUMENT.components).schemas;
    const fields = Object.keys(NewMeeting.properties).map((field) => [
      field,
      {
        anyOf: [{ $ref: `#/components/schemas/NewMeeting/properties/${field}` }, { type: "null" }],
      },
    ]);
    expect(MeetingChange.properties).to.deep.equal(Object.fromEntries(fields));
  });

  it("has every kind of artifact", () => {
    const { kind } = Object(DOCUMENT.components).schemas.Artifact.properties;
    expect(kind.enum).to.have.members([...Object.values(FORMATS)]);
  });
});
