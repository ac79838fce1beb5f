import type { Execution } from "@meeting-bot/core";

/** Where a task is, as its ARN says. */
export interface TaskPlace {
  partition: string;
  region: string;
  cluster: string;
  id: string;
}

const TASK_ARN = /^arn:(aws[a-z-]*):ecs:([a-z0-9-]+):\d{12}:task\/([\w-]+)\/([\w-]+)$/;

/** The domains of the console; other partitions have none that is public. */
const CONSOLES: Readonly<Record<string, string>> = {
  aws: "console.aws.amazon.com",
  "aws-cn": "console.amazonaws.cn",
  "aws-us-gov": "console.amazonaws-us-gov.com",
};

/** Reads `arn:aws:ecs:region:account:task/cluster/id`; undefined for anything else. */
export function parseTaskArn(arn: string): TaskPlace | undefined {
  const [, partition, region, cluster, id] = TASK_ARN.exec(arn) ?? [];
  if (!partition || !region || !cluster || !id) return undefined;
  return { partition, region, cluster, id };
}

/** The execution that a task is, with its page in the AWS console where there is one. */
export function describeTask(arn: string): Execution {
  const consoleUrl = consoleUrlOf(arn);
  return { launcher: "ecs", name: arn, ...(consoleUrl && { consoleUrl }) };
}

function consoleUrlOf(arn: string): string | undefined {
  const place = parseTaskArn(arn);
  const domain = place && CONSOLES[place.partition];
  if (!domain) return undefined;
  const { region, cluster, id } = place;
  return `https://${region}.${domain}/ecs/v2/clusters/${cluster}/tasks/${id}?region=${region}`;
}
