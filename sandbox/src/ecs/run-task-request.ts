import type { AwsVpcConfiguration, RunTaskRequest } from "@aws-sdk/client-ecs";
import { problemsOfTags } from "./tags.ts";

const MAX_COUNT = 10;
const MAX_SUBNETS = 16;
const MAX_SECURITY_GROUPS = 5;
const MAX_OVERRIDES_LENGTH = 8192;

/** What the capacity providers of Fargate are called. */
const CAPACITY_PROVIDERS = ["FARGATE", "FARGATE_SPOT"];
const PLATFORM_VERSIONS = ["LATEST", "1.4.0"];

/** Parameters that would change what runs, and that are not acted on here. */
const NOT_SERVED = ["enableExecuteCommand", "referenceId", "volumeConfigurations"] as const;

/**
 * What is wrong with a request of the right shape, without regard to the task definition. The sentences are
 * the service's where it is known to say so: network configuration, capacity, overrides.
 */
export function problemsOfRunTask(request: RunTaskRequest): string[] {
  const { count = 1, clientToken, startedBy = "", group = "" } = request;
  return [
    ...problemsOfCapacity(request),
    ...problemsOfNetwork(request.networkConfiguration?.awsvpcConfiguration),
    ...(Number.isInteger(count) && count >= 1 && count <= MAX_COUNT
      ? []
      : [`count should be between 1 and ${MAX_COUNT}; it is ${count}.`]),
    ...(clientToken === undefined || /^[!-~]{1,64}$/.test(clientToken)
      ? []
      : ["clientToken must have 1 to 64 characters of the range 33-126."]),
    ...(/^[\w/-]{0,128}$/.test(startedBy)
      ? []
      : ["startedBy must have up to 128 letters, numbers, hyphens, slashes and underscores."]),
    ...(/^(family|service):/.test(group) ? ["Invalid namespace for group."] : []),
    ...(JSON.stringify(request.overrides ?? {}).length > MAX_OVERRIDES_LENGTH
      ? [`Container Overrides length must be at most ${MAX_OVERRIDES_LENGTH}`]
      : []),
    ...(request.propagateTags === "SERVICE" ? ["A task of its own has no service's tags."] : []),
    ...problemsOfTags(request.tags ?? []),
    ...NOT_SERVED.filter((name) => request[name]).map((name) => `${name} is not served here.`),
  ];
}

function problemsOfCapacity(request: RunTaskRequest): string[] {
  const { launchType, capacityProviderStrategy: strategy, platformVersion = "LATEST" } = request;
  if (launchType !== undefined && strategy !== undefined) {
    return ["Specifying both a launch type and capacity provider strategy is not supported."];
  }
  const isFargate = strategy?.length
    ? strategy.every(({ capacityProvider = "" }) => CAPACITY_PROVIDERS.includes(capacityProvider))
    : launchType === "FARGATE";
  return [
    ...(isFargate ? [] : ["No Container Instances were found in your cluster."]),
    ...(PLATFORM_VERSIONS.includes(platformVersion)
      ? []
      : [`The platform version '${platformVersion}' does not exist.`]),
    ...(request.placementConstraints?.length || request.placementStrategy?.length
      ? ["Placement constraints and strategies are not supported with FARGATE launch type."]
      : []),
  ];
}

function problemsOfNetwork(network: AwsVpcConfiguration | undefined): string[] {
  if (!network) {
    return ["Network Configuration must be provided when networkMode 'awsvpc' is specified."];
  }
  const { subnets = [], securityGroups = [], assignPublicIp = "DISABLED" } = network;
  return [
    ...(subnets.length === 0 ? ["subnets can not be empty."] : []),
    ...(subnets.length > MAX_SUBNETS ? [`subnets can have at most ${MAX_SUBNETS} items.`] : []),
    ...(securityGroups.length > MAX_SECURITY_GROUPS
      ? [`securityGroups can have at most ${MAX_SECURITY_GROUPS} items.`]
      : []),
    ...subnets
      .filter((id) => !/^subnet-[0-9a-f]+$/.test(id))
      .map((id) => `The subnet ID '${id}' does not exist`),
    ...securityGroups
      .filter((id) => !/^sg-[0-9a-f]+$/.test(id))
      .map((id) => `The security group '${id}' does not exist`),
    ...(["ENABLED", "DISABLED"].includes(assignPublicIp)
      ? []
      : [`assignPublicIp cannot be '${assignPublicIp}'.`]),
  ];
}
