import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { type S3Server, startS3Server } from "../../sandbox/src/s3/s3-server.ts";
import { S3RecordingStore } from "../src/s3-recording-store.ts";
import { describeRecordingStore } from "./recording-store-suite.ts";
import { fetchPlainly, resolveLocalhostNames, setEnvironment, useS3Fake } from "./s3-support.ts";

const uriOf = (name: string) => `s3://recordings/${name}`;

describe("S3RecordingStore", () => {
  resolveLocalhostNames();

  for (const addressing of ["path", "virtual-hosted"] as const) {
    for (const keepsChecksums of [true, false]) {
      describe(`with the bucket in the ${addressing === "path" ? "path" : "host"}`, () => {
        const bench = useS3Fake({ keepsChecksums, pageSize: 2 });
        afterEach(() => expect(bench.fake.unfinishedUploads()).to.deep.equal([]));

        describeRecordingStore(`S3 with${keepsChecksums ? "" : "out"} checksums`, {
          open: () => bench.open({ addressing }),
          openMissing: () => bench.open({ addressing, bucket: "recordngs" }),
          uriOf,
          readSigned: fetchPlainly,
          preconditions: true,
          forbid: async () => {
            const fault = { kind: "error", status: 403, code: "AccessDenied", times: 99 } as const;
            bench.fake.inject(fault);
            return async () => {};
          },
        });
      });
    }
  }

  describe("on s3rver", function () {
    this.timeout(30_000);
    let logDir: string;
    let server: S3Server;
    let restore: () => void;
    before(async () => {
      logDir = await mkdtemp(join(tmpdir(), "s3-test-"));
      server = await startS3Server({ env: process.env, logDir, buckets: ["recordings"] });
      restore = setEnvironment(server.credentials);
    });
    after(async () => {
      restore();
      await server.stop();
      await rm(logDir, { recursive: true });
    });

    const open = (bucket = "recordings") =>
      new S3RecordingStore({
        bucket,
        region: "us-east-1",
        endpoint: server.url,
        addressing: "path",
      });
    describeRecordingStore("an S3-compatible server", {
      open: () => open(),
      openMissing: () => open("recordngs"),
      uriOf,
      readSigned: fetchPlainly,
      preconditions: false,
    });
  });
});
