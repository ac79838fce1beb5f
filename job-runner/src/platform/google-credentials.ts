import { ConfigurationError } from "@meeting-bot/core";
import { AwsClient } from "google-auth-library";
import { ContainerCredentials } from "./container-credentials.ts";
import type { Platform } from "./platform.ts";
import { type Federation, federationSettings } from "./settings.ts";

/**
 * Who the manager is to Google's services: the AWS role of its ECS task, by workload identity federation.
 * Undefined where the configuration names no provider for that: Google's libraries then look by themselves,
 * which on Google Cloud is enough. Throws a ConfigurationError in a container that has no AWS role.
 */
export function federatedClient(federation: Federation, platform: Platform): AwsClient | undefined {
  const { audience, stsEndpoint } = federation;
  if (audience === "") return undefined;
  const sts = stsEndpoint === "" ? "https://sts.googleapis.com" : `http://${stsEndpoint}`;
  return new AwsClient({
    audience,
    subject_token_type: "urn:ietf:params:aws:token-type:aws4_request",
    token_url: `${sts}/v1/token`,
    aws_security_credentials_supplier: supplierOf(platform),
    ...impersonation(federation),
  });
}

/** Google's library knows EC2 and keys in the environment, but not the endpoint of ECS. */
function supplierOf({ awsCredentials, awsRegion }: Platform): ContainerCredentials {
  const { name } = federationSettings.audience;
  if (!awsCredentials || !awsRegion) {
    throw new ConfigurationError(
      `${name} is set, but this container has no AWS role: there is no AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or no AWS_REGION. Only a task on ECS that has a task role can use it.`,
    );
  }
  try {
    return new ContainerCredentials(awsCredentials, awsRegion);
  } catch (error) {
    throw new ConfigurationError(`${name} cannot be used: ${String(error)}`, { cause: error });
  }
}

function impersonation({ serviceAccount, iamEndpoint }: Federation) {
  if (serviceAccount === "") return {};
  const iam =
    iamEndpoint === "" ? "https://iamcredentials.googleapis.com" : `http://${iamEndpoint}`;
  return {
    service_account_impersonation_url: `${iam}/v1/projects/-/serviceAccounts/${serviceAccount}:generateAccessToken`,
  };
}
