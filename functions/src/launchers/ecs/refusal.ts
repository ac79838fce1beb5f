import { type Failure, launchFailure } from "@meeting-bot/core";
import type { TaskSettings } from "./run-task.ts";

/** Where tasks are run, in the words of the configuration. */
export type TaskLocation = Pick<TaskSettings, "cluster" | "taskDefinition"> & { region: string };

/** What is known of a call that has failed. */
export interface CallError {
  /** By which the SDK tells what ECS, or STS, has answered. */
  name: string;
  message: string;
  /** Of the answer, when there was one. */
  httpStatus?: number | undefined;
  /** Node's, when the connection failed. */
  code?: string | undefined;
}

/** One of the `failures` that an answer may hold although all else is well. */
export interface TaskFailure {
  reason?: string | undefined;
  detail?: string | undefined;
}

interface Meaning {
  advice: string;
  needsOperator: boolean;
}

const NO_CAPACITY: Meaning = {
  advice: "ECS has no capacity or quota left at the moment.",
  needsOperator: false,
};

const NOT_FARGATE = mendable(
  "Fargate cannot run the task definition: compare it with deploy/ecs/task-definition.json.",
);
const BAD_CREDENTIALS = mendable("ECS did not accept the functions' credentials.");

/** What a refused launch means, by the name of the exception. */
const MEANINGS: Readonly<Record<string, (at: TaskLocation, error: CallError) => Meaning>> = {
  ClusterNotFoundException: ({ cluster, region }) =>
    mendable(
      `There is no ECS cluster "${cluster}" in ${region}: create it, or set ECS_CLUSTER and ECS_REGION to the one that exists.`,
    ),
  ClientException: ({ taskDefinition, region }) =>
    mendable(
      `ECS cannot run the task definition "${taskDefinition}" in ${region}: register deploy/ecs/task-definition.json, or set ECS_TASK_DEFINITION to the one that exists.`,
    ),
  InvalidParameterException: () =>
    mendable(
      "ECS cannot run the task as it was asked to: check ECS_SUBNETS, ECS_SECURITY_GROUPS and ECS_CAPACITY_PROVIDER, and compare the task definition with deploy/ecs/task-definition.json.",
    ),
  AccessDeniedException: () =>
    mendable(
      "The functions may not run the task: allow their AWS role ecs:RunTask and ecs:TagResource, and iam:PassRole on both roles of the task definition.",
    ),
  PlatformTaskDefinitionIncompatibilityException: () => NOT_FARGATE,
  PlatformUnknownException: () => NOT_FARGATE,
  UnsupportedFeatureException: () => NOT_FARGATE,
  BlockedException: () => mendable("AWS has blocked the account: its support knows why."),
  UnrecognizedClientException: () => BAD_CREDENTIALS,
  InvalidSignatureException: () => BAD_CREDENTIALS,
  ExpiredTokenException: () => BAD_CREDENTIALS,
  CredentialsProviderError: () =>
    mendable("The functions have no AWS credentials: set ECS_ROLE_ARN to a role that trusts them."),
  FederationError: (_, { httpStatus = 500 }) => ({
    advice:
      "The functions could not assume the AWS role: compare its trust policy with ECS_ROLE_ARN, ECS_ROLE_AUDIENCE and their service account.",
    needsOperator: httpStatus < 500,
  }),
};

/** Answers that only say "later", whatever exception they come as. */
const THROTTLED = /Throttl|LimitExceeded|TooManyRequests/;
const EXHAUSTED =
  /capacity is unavailable|reached the limit|limit exceeded|rate exceeded|quota of tasks|capacity error/i;

/** Nothing was listening, or the name was not known: no request has been sent. */
const NEVER_SENT = ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"];

/** Placement failures that waiting does not mend (API reference, API failure reasons). */
const UNPLACEABLE: Readonly<Record<string, string>> = {
  MISSING: "ECS does not find what the task needs.",
  INACTIVE: "The ECS cluster, or its capacity provider, is no longer active.",
  ATTRIBUTE: "Nothing in the ECS cluster has what the task definition demands.",
  LOCATION: "Nothing in the ECS cluster is where ECS_SUBNETS are.",
  "EMPTY CAPACITY PROVIDER":
    "The capacity provider of the ECS cluster has nothing to run tasks on.",
  "NO ACTIVE INSTANCES": "The ECS cluster has nothing to run tasks on.",
};

/**
 * A refused launch as a failure; undefined for an error that leaves it open whether there was a launch, as
 * does a conflict: it says that there is a task with this token.
 */
export function explainRefusal(error: CallError, at: TaskLocation): Failure | undefined {
  const meaning = meaningOf(error, at);
  return meaning && told(meaning, `${error.name}: ${error.message}`);
}

/** A launch that was accepted, and whose task ECS could then not place. */
export function explainFailures(failures: readonly TaskFailure[]): Failure {
  const [{ reason = "", detail = "" } = {}] = failures;
  const unplaceable = UNPLACEABLE[reason];
  const meaning = unplaceable ? mendable(unplaceable) : placementMeaning(reason);
  return told(meaning, [reason, detail].filter(Boolean).join(": "));
}

function meaningOf(error: CallError, at: TaskLocation): Meaning | undefined {
  const { name, message, httpStatus, code } = error;
  if (name === "ConflictException") return undefined;
  const isRefused = httpStatus !== undefined && httpStatus >= 400 && httpStatus < 500;
  if (isRefused && (THROTTLED.test(name) || EXHAUSTED.test(message))) return NO_CAPACITY;
  const meaning = MEANINGS[name]?.(at, error);
  if (meaning) return meaning;
  if (NEVER_SENT.includes(code ?? ""))
    return { advice: "ECS could not be reached.", needsOperator: false };
  return isRefused ? mendable("ECS has refused the launch.") : undefined;
}

/** `RESOURCE:CPU` and its like, `AGENT`, and sentences about capacity: what may be otherwise in a while. */
function placementMeaning(reason: string): Meaning {
  const isFull = reason.startsWith("RESOURCE") || EXHAUSTED.test(reason);
  return isFull ? NO_CAPACITY : { advice: "ECS could not place the task.", needsOperator: false };
}

/** What an operator has to mend. */
function mendable(advice: string): Meaning {
  return { advice, needsOperator: true };
}

function told({ advice, needsOperator }: Meaning, platformReason: string): Failure {
  return launchFailure(advice, { needsOperator, platformReason });
}
