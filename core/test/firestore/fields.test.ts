import { Timestamp } from "@google-cloud/firestore";
import { expect } from "chai";
import { fromFields, snakeCase, toFields } from "../../src/firestore/fields.ts";
import { NOW } from "../support/instances.ts";

const timestamp = Timestamp.fromMillis(NOW);
const instant = new Date(NOW);
/** What we write, and what it comes back as. */
const reread = (value: unknown): unknown => {
  if (value instanceof Date) return Timestamp.fromDate(value);
  if (Array.isArray(value)) return value.map(reread);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, reread(field)]));
};

const OURS = {
  meetingUrl: "x",
  wakeAt: NOW,
  leaveAt: NOW,
  phaseAt: { claimed: NOW, joining: NOW + 1 },
  progress: { secondsRecorded: 1, fractionConverted: 0.5 },
  outputs: [{ contentType: "video/mp4", crc32c: "x", durationSeconds: 1 }],
  error: { code: "MISSED", platformReason: "y", at: NOW },
  recordingOptions: { maxAt: 7, camelCase: { snake_case: 1 } },
  meetings: [{ id: "one", metadata: { customerId: "42", seen_at: "x" } }],
  seats: { "ad-hoc": { instanceId: "i", updatedAt: NOW } },
};
const STORED = {
  meeting_url: "x",
  wake_at: instant,
  leave_at: instant,
  phase_at: { claimed: instant, joining: new Date(NOW + 1) },
  progress: { seconds_recorded: 1, fraction_converted: 0.5 },
  outputs: [{ content_type: "video/mp4", crc32c: "x", duration_seconds: 1 }],
  error: { code: "MISSED", platform_reason: "y", at: instant },
  recording_options: { maxAt: 7, camelCase: { snake_case: 1 } },
  meetings: [{ id: "one", metadata: { customerId: "42", seen_at: "x" } }],
  seats: { "ad-hoc": { instance_id: "i", updated_at: instant } },
};

describe("the fields of a document", () => {
  it("are in snake case, with instants as Timestamps, at every depth", () => {
    expect(toFields(OURS)).to.deep.equal(STORED);
  });

  it("come back as they were", () => {
    expect(fromFields(reread(STORED) as Record<string, unknown>)).to.deep.equal(OURS);
  });

  it("do not hold what is undefined, at any depth", () => {
    const stored = toFields({
      a: undefined,
      error: { at: NOW, reason: undefined },
      list: [{ b: undefined }],
    });
    expect(stored).to.deep.equal({ error: { at: instant }, list: [{}] });
  });

  it("may hold anything when they are somebody else's", () => {
    const foreign = {
      wake_at: "tomorrow",
      created_at: 7,
      phase_at: "never",
      nothing: null,
      odd: { toMillis: 7 },
      list: [timestamp, [1], null],
      seats: 7,
      deep: { seats: { a: null, b: [1], c: "x" } },
    };
    expect(fromFields(foreign)).to.deep.equal({
      nothing: null,
      odd: { toMillis: 7 },
      list: [timestamp, [1], null],
      seats: 7,
      deep: { seats: { a: null, b: [1], c: "x" } },
    });
  });

  it("are spelled in one way", () => {
    expect(snakeCase("creatorOrganizationId")).to.equal("creator_organization_id");
    expect(snakeCase("crc32c")).to.equal("crc32c");
  });
});
