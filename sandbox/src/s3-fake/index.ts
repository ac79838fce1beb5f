export type { Operation } from "./call.ts";
export type { Fault } from "./faults.ts";
export type { FakeS3Object } from "./objects.ts";
export { type S3Fake, type S3FakeOptions, startS3Fake } from "./s3-fake.ts";
