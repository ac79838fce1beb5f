import type { Environment, Execution } from "@meeting-bot/core";

/** What the platform has told the manager's container about itself. */
export interface Platform {
  /** Which execution this is, where the environment names it. */
  execution?: Execution;
  /** Where an ECS task can ask which one it is. */
  taskMetadataUri?: string;
  /** The AWS region that the container is in. */
  awsRegion?: string;
  /** Where an ECS task gets the credentials of its role. */
  awsCredentials?: CredentialSource;
}

/** The container credential endpoint, as ECS announces it. */
export interface CredentialSource {
  /** A whole URL, or a path on ECS's own address. */
  uri: string;
  /** What to show there. */
  authorization?: string;
}

/** Reads what the platforms set. Whatever is missing is left out: none of them sets everything. */
export function readPlatform(environment: Environment): Platform {
  const execution = readExecution(environment);
  const awsCredentials = readCredentialSource(environment);
  const taskMetadataUri = environment["ECS_CONTAINER_METADATA_URI_V4"];
  const awsRegion = environment["AWS_REGION"] || environment["AWS_DEFAULT_REGION"];
  return {
    ...(execution && { execution }),
    ...(taskMetadataUri && { taskMetadataUri }),
    ...(awsRegion && { awsRegion }),
    ...(awsCredentials && { awsCredentials }),
  };
}

/** A launcher that knew the name before it launched has handed it on; Cloud Run tells it by itself. */
function readExecution(environment: Environment): Execution | undefined {
  const { EXECUTION_LAUNCHER: launcher, EXECUTION_NAME: name } = environment;
  return launcher && name ? { launcher, name } : readCloudRunExecution(environment);
}

function readCloudRunExecution(environment: Environment): Execution | undefined {
  const {
    GCP_PROJECT_ID: project,
    GCP_DEFAULT_REGION: region,
    CLOUD_RUN_JOB: job,
    CLOUD_RUN_EXECUTION: execution,
  } = environment;
  if (!project || !region || !job || !execution) return undefined;
  const name = `projects/${project}/locations/${region}/jobs/${job}/executions/${execution}`;
  return { launcher: "cloud-run", name };
}

/** In the order of the AWS SDKs: the path, which ECS sets, before the whole URL. */
function readCredentialSource(environment: Environment): CredentialSource | undefined {
  const {
    AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: path,
    AWS_CONTAINER_CREDENTIALS_FULL_URI: url,
    AWS_CONTAINER_AUTHORIZATION_TOKEN: authorization,
  } = environment;
  const uri = path || url;
  return uri ? { uri, ...(authorization && { authorization }) } : undefined;
}
