import { expect } from "chai";
import { importProblems, importSettings } from "../../src/settings/imports.ts";
import { readSettings } from "../../src/settings/read-settings.ts";

function bucketsIn(value: string): readonly string[] {
  return readSettings(importSettings, { IMPORT_BUCKETS: value }).importBuckets;
}

describe("IMPORT_BUCKETS", () => {
  it("is no bucket by default", () => {
    expect(bucketsIn("")).to.deep.equal([]);
  });

  it("names buckets of S3 and of Cloud Storage, with or without a slash behind", () => {
    expect(bucketsIn("s3://one-bucket, gs://other_bucket/")).to.deep.equal([
      "s3://one-bucket",
      "gs://other_bucket",
    ]);
  });

  for (const value of ["bucket", "s3://bucket/folder", "file:///folder", "s3://", "s3://a-b,,"]) {
    it(`is not ${value}`, () => {
      expect(() => bucketsIn(value)).to.throw(
        `IMPORT_BUCKETS is "${value}", but must be s3://bucket or gs://bucket, separated by commas.`,
      );
    });
  }

  it("wants meetings in a place that a recording can name", () => {
    const problemsWith = (meetingsPath: string, importBuckets = ["s3://bucket"]) =>
      importProblems({ meetingsPath, importBuckets });
    expect(problemsWith("organizations/{organizationId}/users/{userId}/m")).to.deep.equal([]);
    expect(problemsWith("teams/{team}/meetings", [])).to.deep.equal([]);
    expect(problemsWith("teams/{team}/meetings")).to.deep.equal([
      'MEETINGS_COLLECTION_PATH is "teams/{team}/meetings", but with IMPORT_BUCKETS it may have no other placeholders than {organizationId} and {userId}.',
    ]);
  });
});
