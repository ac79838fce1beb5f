import { jobSettings, list, pattern, type Setting, text } from "@meeting-bot/core";
import { loopback } from "../loopback.ts";

/** What Fargate gives a task, in GiB: its images are in it, too. */
const LEAST_SCRATCH = 21;
const MOST_SCRATCH = 200;

/**
 * What the functions must know to run bots on ECS Fargate. They run on Google Cloud: the names say whose
 * region, role and network are meant, and leave AWS_REGION and its like to other code in the same functions.
 */
export const ecsSettings = {
  region: pattern("ECS_REGION", {
    description: "The AWS region of the ECS cluster.",
    inherits: ["AWS_REGION"],
    form: /^[a-z]{2}(?:-[a-z]+)+-\d$/,
    allowed: "a region such as eu-central-1",
  }),
  cluster: text("ECS_CLUSTER", {
    description: "The ECS cluster that tasks run in: its name or its ARN.",
    fallback: "meeting-bot",
  }),
  taskDefinition: text("ECS_TASK_DEFINITION", {
    description: "The task definition: a family, of which the newest revision runs, or `family:7`.",
    fallback: "meeting-bot",
  }),
  subnets: list("ECS_SUBNETS", {
    description: "The private subnets that tasks run in, best in several availability zones.",
  }),
  securityGroups: list("ECS_SECURITY_GROUPS", {
    description: "The security groups of the tasks.",
  }),
  capacityProvider: text("ECS_CAPACITY_PROVIDER", {
    description:
      "A capacity provider of the cluster, instead of plain Fargate; FARGATE_SPOT takes machines away in mid-meeting.",
    fallback: "",
  }),
  scratchGibibytes: {
    name: jobSettings.scratchSize.name,
    description: "The disk for one recording; the images of the task are on it, too.",
    fallback: 50,
    allowed: `a size from ${LEAST_SCRATCH}Gi to ${MOST_SCRATCH}Gi, in whole Gi`,
    parse: parseScratch,
  } satisfies Setting<number>,
  roleArn: pattern("ECS_ROLE_ARN", {
    description:
      "The AWS role that the functions assume with the identity token of their service account; without it, the AWS SDK looks for credentials by itself.",
    fallback: "",
    form: /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/,
    allowed: "a role such as arn:aws:iam::123456789012:role/meeting-bot-launcher",
  }),
  roleAudience: text("ECS_ROLE_AUDIENCE", {
    description: "The audience of that identity token, as the role's trust policy demands it.",
    fallback: "sts.amazonaws.com",
  }),
  endpoint: loopback("ECS_ENDPOINT", {
    description: "The address of a local stand-in for ECS, instead of the real one.",
    fallback: "",
  }),
  stsEndpoint: loopback("STS_ENDPOINT", {
    description: "The address of a local stand-in for AWS STS, instead of the real one.",
    fallback: "",
  }),
};

function parseScratch(size: string): number | undefined {
  const gibibytes = Number(/^([1-9]\d*)Gi$/.exec(size)?.[1]);
  return gibibytes >= LEAST_SCRATCH && gibibytes <= MOST_SCRATCH ? gibibytes : undefined;
}
