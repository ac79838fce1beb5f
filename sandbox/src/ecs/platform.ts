import type { Realm } from "./arns.ts";
import type { TaskDefinitions } from "./definitions.ts";
import type { Fault } from "./faults.ts";
import type { History } from "./history.ts";
import type { Runner } from "./runner.ts";

/** What the operations work on. */
export type Platform = {
  realm: Realm;
  clusters: readonly string[];
  definitions: TaskDefinitions;
  history: History;
  runner: Runner;
};

/** A request of one operation, the name of the cluster that it is about, and the fault that befalls it. */
export type Call<Request> = {
  platform: Platform;
  request: Request;
  cluster: string;
  fault: Fault | undefined;
};
