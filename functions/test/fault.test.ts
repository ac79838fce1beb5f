import { ConfigurationError } from "@meeting-bot/core";
import { expect } from "chai";
import { describeFault } from "../src/fault.ts";

describe("describeFault", () => {
  it("tells what was thrown and where, and nothing of its message", () => {
    const message = "of user@example.com\n    at the beginning\n    at last";
    const fault = describeFault(Object.assign(new RangeError(message), { code: 5 }));
    expect(fault).to.include({ kind: "RangeError", code: 5 });
    expect(fault.at[0]).to.match(/^at .*fault\.test\.ts/);
    expect(JSON.stringify(fault)).not.to.match(/example|beginning|last/);
  });

  it("tells what is wrong with a configuration", () => {
    const { reason } = describeFault(new ConfigurationError("Set GCS_BUCKET."));
    expect(reason).to.equal("Set GCS_BUCKET.");
  });

  it("says nothing of a code that is no word", () => {
    const fault = describeFault(Object.assign(new Error("x"), { code: { user: "x" } }));
    expect(fault).not.to.have.property("code");
  });

  it("takes whatever is thrown", () => {
    expect(describeFault("user@example.com")).to.deep.equal({ kind: "string", at: [] });
    expect(describeFault(undefined)).to.deep.equal({ kind: "undefined", at: [] });
  });
});
