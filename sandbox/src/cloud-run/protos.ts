import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { ServiceDefinition } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";

/** Cloud Run's protos come with its client, those of operations with the gax package that the client uses. */
const run = createRequire(import.meta.url).resolve("@google-cloud/run");
const gax = createRequire(run).resolve("google-gax");

const definitions = loadSync(
  [
    "google/cloud/run/v2/job.proto",
    "google/cloud/run/v2/execution.proto",
    "google/longrunning/operations.proto",
  ],
  {
    // Both packages have their entry point in build/src and the protos beside it.
    includeDirs: [run, gax].map((entry) => join(dirname(entry), "../protos")),
    longs: Number,
    enums: String,
    defaults: true,
  },
);

/** The gRPC services that the server serves. */
export const JOBS = definitions["google.cloud.run.v2.Jobs"] as ServiceDefinition;
export const EXECUTIONS = definitions["google.cloud.run.v2.Executions"] as ServiceDefinition;
export const OPERATIONS = definitions["google.longrunning.Operations"] as ServiceDefinition;
