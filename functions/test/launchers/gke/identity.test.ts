import { randomUUID } from "node:crypto";
import { expect } from "chai";
import {
  annotationsOf,
  executionNameOf,
  jobIdOf,
  jobNameOf,
  labelsOf,
  readAnnotations,
  scopeSelector,
  tokenOf,
} from "../../../src/launchers/gke/identity.ts";

const LABEL_VALUE = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;

describe("a Job's identity", () => {
  it("is named after its claim, as RFC 1123 wants it, with room for the pods' names", () => {
    const token = randomUUID();
    const name = jobNameOf(token);
    expect(name).to.match(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/);
    expect(name.length).to.be.at.most(63 - "-abcde".length);
    expect(tokenOf(name)).to.equal(token);
    expect(tokenOf("another")).to.equal(undefined);
  });

  it("is an execution's name together with its namespace", () => {
    const id = { namespace: "bots", name: "meeting-bot-x" };
    expect(jobIdOf(executionNameOf(id))).to.deep.equal(id);
  });

  const ids: Record<string, boolean> = {
    [randomUUID()]: true,
    x: true,
    "team.a_b-1": true,
    ["x".repeat(63)]: true,
    ["x".repeat(64)]: false,
    "-x": false,
    x_: false,
    "ä b": false,
    "": false,
  };
  for (const [id, fits] of Object.entries(ids)) {
    it(`${fits ? "labels" : "only annotates"} with the instance "${id}"`, () => {
      const labels = labelsOf(id, "project/(default)");
      expect(labels["meeting-bot/instance"]).to.equal(fits ? id : undefined);
      for (const value of Object.values(labels)) {
        expect(value).to.match(LABEL_VALUE).and.have.property("length").that.is.at.most(63);
      }
      const found = readAnnotations(annotationsOf(id, "project/(default)"));
      expect(found).to.deep.equal({ scope: "project/(default)", instanceId: id });
    });
  }

  it("is selected by its scope's label, which differs from scope to scope", () => {
    const [key = "", value] = scopeSelector("project/(default)").split("=");
    expect(labelsOf("x", "project/(default)")[key]).to.equal(value);
    expect(scopeSelector("project/default")).to.not.equal(scopeSelector("project/(default)"));
  });
});
