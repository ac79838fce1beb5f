import { expect } from "chai";
import {
  type CallError,
  explainFailures,
  explainRefusal,
} from "../../../src/launchers/ecs/refusal.ts";

const AT = { cluster: "recorders", taskDefinition: "recorder", region: "eu-central-1" };
const answered = (name: string, message = "Its words.", httpStatus = 400): CallError => ({
  name,
  message,
  httpStatus,
});

/** What each answer means for a launch: how the user is told, and whether it may work later. */
const REFUSALS: [error: CallError, told: RegExp, retryable: boolean][] = [
  [answered("ClusterNotFoundException"), /no ECS cluster "recorders" in eu-central-1/, false],
  [answered("ClientException", "TaskDefinition not found."), /definition "recorder"/, false],
  [
    answered("ClientException", "The requested CPU configuration is above your limit"),
    /"recorder"/,
    false,
  ],
  [answered("InvalidParameterException", "subnet ID 'x' does not exist"), /ECS_SUBNETS/, false],
  [
    answered("AccessDeniedException", "is not authorized"),
    /ecs:RunTask and ecs:TagResource/,
    false,
  ],
  [answered("PlatformUnknownException"), /Fargate cannot run/, false],
  [answered("PlatformTaskDefinitionIncompatibilityException"), /Fargate cannot run/, false],
  [answered("UnsupportedFeatureException"), /Fargate cannot run/, false],
  [answered("BlockedException"), /blocked the account/, false],
  [answered("UnrecognizedClientException"), /credentials/, false],
  [answered("InvalidSignatureException"), /credentials/, false],
  [answered("ExpiredTokenException"), /credentials/, false],
  [answered("SomethingNewException"), /refused/, false],
  [answered("ThrottlingException", "Rate exceeded"), /capacity or quota/, true],
  [answered("LimitExceededException"), /capacity or quota/, true],
  [
    answered(
      "ClientException",
      "You've reached the limit on the number of vCPUs you can run concurrently",
    ),
    /capacity or quota/,
    true,
  ],
  [
    answered(
      "InvalidParameterException",
      "Error retrieving security group information for [sg-a]: Request limit exceeded. (ErrorCode: RequestLimitExceeded)",
    ),
    /capacity or quota/,
    true,
  ],
  [
    answered("ClientException", "Capacity is unavailable at this time. Please try again later"),
    /capacity or quota/,
    true,
  ],
  [{ name: "Error", message: "connect", code: "ECONNREFUSED" }, /could not be reached/, true],
  [{ name: "Error", message: "getaddrinfo", code: "ENOTFOUND" }, /could not be reached/, true],
  [{ name: "CredentialsProviderError", message: "none" }, /set ECS_ROLE_ARN/, false],
  [answered("FederationError", "AccessDenied: no", 403), /trust policy/, false],
  [answered("FederationError", "InternalFailure: no", 500), /trust policy/, true],
  [{ name: "FederationError", message: "no answer" }, /trust policy/, true],
];

/** Errors after which there may be a task all the same. */
const OPEN: CallError[] = [
  answered("ConflictException", "The client token is in use."),
  answered("ServerException", "Service Unavailable. Please try again later.", 500),
  answered("ServiceUnavailable", "Capacity is unavailable", 503),
  { name: "AbortError", message: "Request aborted" },
  { name: "TimeoutError", message: "socket", code: "ETIMEDOUT" },
  { name: "Error", message: "socket hang up", code: "ECONNRESET" },
];

/** What ECS says of a task that it could not place. */
const FAILURES: [reason: string, told: RegExp, retryable: boolean][] = [
  ["RESOURCE:CPU", /capacity or quota/, true],
  ["RESOURCE:ENI", /capacity or quota/, true],
  [
    "Capacity is unavailable at this time. Please try again later or in a different availability zone",
    /capacity or quota/,
    true,
  ],
  ["AGENT", /could not place/, true],
  ["Something new", /could not place/, true],
  ["MISSING", /does not find/, false],
  ["INACTIVE", /no longer active/, false],
  ["ATTRIBUTE", /task definition demands/, false],
  ["LOCATION", /ECS_SUBNETS/, false],
  ["EMPTY CAPACITY PROVIDER", /capacity provider/, false],
  ["NO ACTIVE INSTANCES", /nothing to run/, false],
];

describe("explainRefusal", () => {
  for (const [error, told, retryable] of REFUSALS) {
    const { name, httpStatus = error.code, message } = error;
    it(`says ${told} of ${name} ${httpStatus} "${message}"`, () => {
      const failure = explainRefusal(error, AT);
      expect(failure).to.include({ code: "LAUNCH_FAILED", stage: "launch", retryable });
      expect(failure?.message).to.match(told);
      expect(failure?.platformReason).to.equal(`${name}: ${message}`);
    });
  }

  for (const error of OPEN) {
    it(`leaves it open after ${error.name} "${error.message}"`, () => {
      expect(explainRefusal(error, AT)).to.equal(undefined);
    });
  }
});

describe("explainFailures", () => {
  for (const [reason, told, retryable] of FAILURES) {
    it(`says ${told} of ${reason}`, () => {
      const failure = explainFailures([{ reason, detail: "Its words." }]);
      expect(failure).to.include({ code: "LAUNCH_FAILED", stage: "launch", retryable });
      expect(failure.message).to.match(told);
      expect(failure.platformReason).to.equal(`${reason}: Its words.`);
    });
  }

  it("makes do with a failure that says nothing", () => {
    expect(explainFailures([{}])).to.include({ retryable: true, platformReason: "" });
  });
});
