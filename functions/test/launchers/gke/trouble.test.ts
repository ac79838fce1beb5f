import { expect } from "chai";
import { explainRefusal } from "../../../src/launchers/gke/refusal.ts";
import { readTrouble, type Trouble, wordsFor } from "../../../src/launchers/gke/trouble.ts";
import { expectLaunchFailure } from "../launch-failure.ts";

const PLACE = { namespace: "bots", server: "https://192.0.2.1" };
const failed = (cause: unknown) => new TypeError("fetch failed", { cause });
const caused = (fields: object) => Object.assign(new Error("why"), fields);
const answered = (code: number, body: unknown) =>
  Object.assign(new Error("Headers: secret"), { code, body });

/** How the client and Node tell of it, and what is made of it. */
const TROUBLES: Record<string, [error: unknown, wasSent: boolean, trouble: Partial<Trouble>]> = {
  "a status of Kubernetes": [
    answered(422, '{"reason":"Invalid","message":"no such field"}'),
    true,
    { kind: "answered", status: 422, reason: "Invalid", message: "no such field" },
  ],
  "a status without a word": [
    answered(401, undefined),
    true,
    { kind: "answered", status: 401, reason: "", message: "" },
  ],
  "a page of a proxy": [answered(502, "<html>"), true, { kind: "answered", reason: "" }],
  "an answer that is JSON and nothing else": [answered(500, "null"), true, { status: 500 }],
  "credentials that could not be had": [
    new Error("no metadata server"),
    false,
    { kind: "unsent", step: "credentials" },
  ],
  "a refused connection": [
    failed(caused({ code: "ECONNREFUSED", syscall: "connect" })),
    true,
    { kind: "unsent", step: "connection", message: "fetch failed: why" },
  ],
  "a name with two addresses, both of which refuse": [
    failed(new AggregateError([caused({ code: "ECONNREFUSED", syscall: "connect" })])),
    true,
    { kind: "unsent", step: "connection" },
  ],
  "a name that means nothing": [
    failed(caused({ code: "ENOTFOUND", syscall: "getaddrinfo" })),
    true,
    { kind: "unsent", step: "connection" },
  ],
  "a connection that takes too long": [
    failed(caused({ code: "UND_ERR_CONNECT_TIMEOUT" })),
    true,
    { kind: "unsent", step: "connection" },
  ],
  "a certificate of nobody's": [
    failed(caused({ code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE" })),
    true,
    { kind: "unsent", step: "certificate" },
  ],
  "a certificate for another name": [
    failed(caused({ code: "ERR_TLS_CERT_ALTNAME_INVALID" })),
    true,
    { kind: "unsent", step: "certificate" },
  ],
  "a connection that breaks": [
    failed(caused({ code: "ECONNRESET", syscall: "read" })),
    true,
    { kind: "unclear", message: "fetch failed: why" },
  ],
  "an answer that does not come": [
    new DOMException("aborted", "TimeoutError"),
    true,
    { kind: "unclear" },
  ],
  "what is no error": ["hm", true, { kind: "unclear", message: "hm" }],
};

describe("readTrouble", () => {
  for (const [name, [error, wasSent, trouble]] of Object.entries(TROUBLES)) {
    it(`knows ${name}`, () => {
      expect(readTrouble(error, wasSent)).to.deep.include(trouble);
    });
  }

  it("leaves out what the client adds of headers", () => {
    expect(wordsFor(readTrouble(answered(403, '{"message":"no"}'), true))).to.equal(
      "Kubernetes answered 403: no",
    );
  });
});

describe("explainRefusal", () => {
  const unsent = { credentials: false, connection: false, certificate: true } as const;
  for (const [name, needsOperator] of Object.entries(unsent)) {
    it(`is certain that nothing was started for want of ${name}`, () => {
      const step = name as keyof typeof unsent;
      const failure = explainRefusal({ kind: "unsent", step, message: "why" }, PLACE);
      expectLaunchFailure(failure, needsOperator);
      expect(failure?.platformReason).to.equal("why");
    });
  }

  it("is not certain of anything else", () => {
    expect(explainRefusal({ kind: "unclear", message: "hm" }, PLACE)).to.equal(undefined);
    for (const status of [408, 500, 502, 503, 504]) {
      const trouble: Trouble = { kind: "answered", status, reason: "", message: "exceeded quota" };
      expect(explainRefusal(trouble, PLACE)).to.equal(undefined);
    }
  });
});
