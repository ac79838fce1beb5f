import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ExecutionsClient, JobsClient, type protos } from "@google-cloud/run";
import { credentials } from "@grpc/grpc-js";
import { PassThroughClient } from "google-auth-library";
import { eventually } from "../../../test/eventually.ts";
import type { JobSpec } from "../../src/cloud-run/job-spec.ts";
import { type CloudRun, type CloudRunOptions, startCloudRun } from "../../src/cloud-run/server.ts";
import type { ContainerSpec } from "../../src/machine/container-spec.ts";

export type Overrides = protos.google.cloud.run.v2.RunJobRequest.IOverrides;
export type Execution = protos.google.cloud.run.v2.IExecution;

export const LOCATION = "projects/demo-test/locations/us-central1";
export const JOB = `${LOCATION}/jobs/recorder`;

/** A container of the image `sh`, whose argument is the script that it runs. */
export function shell(
  name: string,
  script: string,
  more: Partial<ContainerSpec> = {},
): ContainerSpec {
  const nothing = { command: [], env: {}, limits: {}, mounts: [], dependsOn: [] };
  return { ...nothing, name, image: "sh", args: [script], ...more };
}

export function jobOf(containers: ContainerSpec[], more: Partial<JobSpec> = {}): JobSpec {
  return {
    name: "recorder",
    labels: {},
    taskCount: 1,
    maxRetries: 0,
    timeoutSeconds: 60,
    serviceAccount: "",
    containers,
    volumes: ["scratch"],
    ...more,
  };
}

/** Resolves when none of the processes runs any more. */
export async function gone(...pids: number[]): Promise<void> {
  await eventually(async () => {
    const running = await Promise.all(pids.map(runs));
    return running.includes(true) ? undefined : true;
  });
}

/** A zombie does not run: some init processes leave it in the table for minutes. */
async function runs(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  return stat !== "" && !stat.includes(") Z ");
}

/** A local Cloud Run with the real clients, its folders and what tests ask of it. */
export class TestCloudRun {
  readonly server: CloudRun;
  readonly folder: string;
  readonly jobs: JobsClient;
  readonly executions: ExecutionsClient;

  constructor(server: CloudRun, folder: string) {
    const options = {
      apiEndpoint: server.host,
      port: server.port,
      sslCreds: credentials.createInsecure(),
      authClient: new PassThroughClient(),
      projectId: "demo-test",
    };
    this.server = server;
    this.folder = folder;
    this.jobs = new JobsClient(options);
    this.executions = new ExecutionsClient(options);
  }

  static async start(jobs: JobSpec[], options: Partial<CloudRunOptions> = {}) {
    const folder = await mkdtemp(join(tmpdir(), "cloud-run-test-"));
    const starting = startCloudRun({
      jobs,
      images: { sh: { command: ["/bin/sh", "-c"] } },
      platformEnv: {},
      logDir: join(folder, "logs"),
      scratchRoot: join(folder, "scratch"),
      killGraceMs: 300,
      ...options,
    });
    return starting.then(
      (server) => new TestCloudRun(server, folder),
      async (error) => {
        await rm(folder, { recursive: true });
        throw error;
      },
    );
  }

  /** Starts an execution and tells its full name. */
  async run(overrides: Overrides = {}, name = JOB): Promise<string> {
    const [operation] = await this.jobs.runJob({ name, overrides });
    return (operation.metadata as Execution).name ?? "";
  }

  /** The execution once it has ended. */
  async ended(name: string): Promise<Execution> {
    return eventually(async () => {
      const [execution] = await this.executions.getExecution({ name });
      return execution.completionTime ? execution : undefined;
    });
  }

  /** What a container has written so far. */
  async log(name: string, container: string): Promise<string> {
    const file = join(this.folder, "logs", `${name.split("/").at(-1)}.${container}.log`);
    return readFile(file, "utf8").catch(() => "");
  }

  /** A container's log once it has a line that matches; what the pattern captures. */
  async logged(name: string, container: string, pattern: RegExp): Promise<string> {
    return eventually(async () => pattern.exec(await this.log(name, container))?.[1]);
  }

  async stop(): Promise<void> {
    await this.jobs.close();
    await this.executions.close();
    await this.server.stop();
    await rm(this.folder, { recursive: true });
  }
}

/** The condition that says how an execution ended. */
export function completed(execution: Execution) {
  return execution.conditions?.find(({ type }) => type === "Completed");
}
