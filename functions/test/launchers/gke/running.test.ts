import { expect } from "chai";
import { annotationsOf } from "../../../src/launchers/gke/identity.ts";
import type { ObservedJob } from "../../../src/launchers/gke/observed.ts";
import { readRunning } from "../../../src/launchers/gke/running.ts";

const SCOPE = "project/(default)";
const METADATA = {
  name: "meeting-bot-token",
  namespace: "bots",
  annotations: annotationsOf("a user's id", SCOPE),
  creationTimestamp: new Date(1_900_000_000_000),
};
const ended = (type: string, status: string) => ({
  metadata: METADATA,
  status: { conditions: [{ type, status }] },
});

const RUNNING: Record<string, ObservedJob> = {
  "without conditions": { metadata: METADATA },
  "that is about to fail": ended("FailureTarget", "True"),
  "that has not failed": ended("Failed", "False"),
};

const SKIPPED: Record<string, ObservedJob> = {
  "that has failed": ended("Failed", "True"),
  "that is complete": ended("Complete", "True"),
  "of another scope": {
    metadata: { ...METADATA, annotations: annotationsOf("x", "project/default") },
  },
  "of no instance": { metadata: { ...METADATA, annotations: annotationsOf("", SCOPE) } },
  "without annotations": { metadata: { name: METADATA.name } },
  "made by hand": { metadata: { ...METADATA, name: "mine" } },
  "without anything": {},
};

describe("readRunning", () => {
  for (const [name, job] of Object.entries(RUNNING)) {
    it(`reads a Job ${name}`, () => {
      expect(readRunning(job, SCOPE)).to.deep.equal({
        execution: { launcher: "gke", name: "bots/meeting-bot-token" },
        instanceId: "a user's id",
        token: "token",
        startedAt: 1_900_000_000_000,
      });
    });
  }

  for (const [name, job] of Object.entries(SKIPPED)) {
    it(`skips a Job ${name}`, () => {
      expect(readRunning(job, SCOPE)).to.equal(undefined);
    });
  }
});
