import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type ContainerDefinition,
  DescribeTasksCommand,
  ECSClient,
  type RegisterTaskDefinitionRequest,
  RunTaskCommand,
  type RunTaskCommandInput,
  StopTaskCommand,
  type Task,
} from "@aws-sdk/client-ecs";
import { eventually } from "../../../test/eventually.ts";
import { type Ecs, type EcsOptions, startEcs } from "../../src/ecs/server.ts";
import { parseTaskDefinition, type TaskDefinition } from "../../src/ecs/task-definition.ts";

export const REGION = "eu-central-1";
export const CLUSTER = "recorders";
export const ARN = `arn:aws:ecs:${REGION}:123456789012`;

/** Loops until it is ended by force. */
export const FOREVER = "while :; do sleep 0.05; done";

/** A container of the image `sh`, which runs a script. */
export function shell(
  name: string,
  script: string,
  more: Partial<ContainerDefinition> = {},
): ContainerDefinition {
  return { name, image: "sh", command: [script], ...more };
}

/** What RegisterTaskDefinition is given for a recorder on Fargate. */
export function registrationOf(
  containerDefinitions: ContainerDefinition[],
  more: Partial<RegisterTaskDefinitionRequest> = {},
): RegisterTaskDefinitionRequest {
  return {
    family: "recorder",
    requiresCompatibilities: ["FARGATE"],
    networkMode: "awsvpc",
    cpu: "1024",
    memory: "2048",
    volumes: [{ name: "scratch" }],
    containerDefinitions,
    ...more,
  };
}

export function definitionOf(
  containers: ContainerDefinition[],
  more: Partial<RegisterTaskDefinitionRequest> = {},
): TaskDefinition {
  return parseTaskDefinition(JSON.stringify(registrationOf(containers, more)));
}

/** A request that the service takes. */
export const REQUEST = {
  cluster: CLUSTER,
  taskDefinition: "recorder",
  launchType: "FARGATE",
  networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-0a1b2c3d"] } },
} as const satisfies RunTaskCommandInput;

/** The error of a call that must fail. */
export async function refusal(
  call: Promise<unknown>,
): Promise<{ name: string; message: string; resourceIds?: string[] }> {
  return call.then(
    () => {
      throw new Error("was not refused");
    },
    (error) => error,
  );
}

/** A client as the launcher's: it asks once. */
export function clientOf(url: string, region = REGION): ECSClient {
  const credentials = { accessKeyId: "AKIDTEST", secretAccessKey: "not-a-secret" };
  return new ECSClient({ endpoint: url, region, credentials, maxAttempts: 1 });
}

/** A local ECS with the real client, its folders and what tests ask of it. */
export class TestEcs {
  readonly server: Ecs;
  readonly folder: string;
  readonly client: ECSClient;

  constructor(server: Ecs, folder: string) {
    this.server = server;
    this.folder = folder;
    this.client = clientOf(server.url);
  }

  static async start(taskDefinitions: TaskDefinition[], options: Partial<EcsOptions> = {}) {
    const folder = await mkdtemp(join(tmpdir(), "ecs-test-"));
    const starting = startEcs({
      clusters: [CLUSTER, "default"],
      taskDefinitions,
      images: { sh: { command: ["/bin/sh", "-c"] } },
      platformEnv: {},
      logDir: join(folder, "logs"),
      scratchRoot: join(folder, "scratch"),
      killGraceMs: 300,
      region: REGION,
      ...options,
    });
    return starting.then(
      (server) => new TestEcs(server, folder),
      async (error) => {
        await rm(folder, { recursive: true });
        throw error;
      },
    );
  }

  /** Starts a task and tells its ARN. */
  async run(more: Partial<RunTaskCommandInput> = {}): Promise<string> {
    const { tasks = [] } = await this.client.send(new RunTaskCommand({ ...REQUEST, ...more }));
    return tasks[0]?.taskArn ?? "";
  }

  async describe(arn: string, cluster: string = CLUSTER): Promise<Task | undefined> {
    const answer = await this.client.send(new DescribeTasksCommand({ cluster, tasks: [arn] }));
    return answer.tasks?.[0];
  }

  async stopTask(task: string, reason?: string): Promise<Task | undefined> {
    const command = new StopTaskCommand({ cluster: CLUSTER, task, reason });
    return (await this.client.send(command)).task;
  }

  /** The task once it has reached a station. */
  async at(arn: string, lastStatus: string): Promise<Task> {
    return eventually(async () => {
      const task = await this.describe(arn);
      return task?.lastStatus === lastStatus ? task : undefined;
    }, 20_000);
  }

  /** The process of a container, once it has started. */
  async pidOf(arn: string, container: string): Promise<number> {
    return eventually(() => this.server.tasks().find((task) => task.arn === arn)?.pids[container]);
  }

  async log(arn: string, container: string): Promise<string> {
    const file = join(this.folder, "logs", `${arn.split("/").at(-1)}.${container}.log`);
    return readFile(file, "utf8").catch(() => "");
  }

  /** A container's log once it has a line that matches; what the pattern captures. */
  async logged(arn: string, container: string, pattern: RegExp): Promise<string> {
    return eventually(async () => pattern.exec(await this.log(arn, container))?.[1]);
  }

  async stop(): Promise<void> {
    this.client.destroy();
    await this.server.stop();
    await rm(this.folder, { recursive: true });
  }
}

/** A task's container of this name. */
export function containerOf(task: Task, name: string) {
  return task.containers?.find((container) => container.name === name);
}
