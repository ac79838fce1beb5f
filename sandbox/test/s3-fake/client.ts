import { S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";
import type { S3Fake } from "../../src/s3-fake/index.ts";

/** A client of the fake that makes every request once. */
export function connect(fake: S3Fake, config: S3ClientConfig = {}): S3Client {
  return new S3Client({
    region: fake.region,
    endpoint: fake.url,
    forcePathStyle: true,
    maxAttempts: 1,
    requestChecksumCalculation: "WHEN_REQUIRED",
    credentials: {
      accessKeyId: fake.credentials.AWS_ACCESS_KEY_ID,
      secretAccessKey: fake.credentials.AWS_SECRET_ACCESS_KEY,
    },
    ...config,
  });
}

/** The word of the error that a promise is rejected with; `done` when it is not. */
export function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => "done",
    (error: { name: string }) => error.name,
  );
}
