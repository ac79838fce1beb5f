import { expect } from "chai";
import {
  type CallError,
  explainFailures,
  explainRefusal,
} from "../../../src/launchers/ecs/refusal.ts";
import { expectLaunchFailure } from "../launch-failure.ts";

const AT = { cluster: "recorders", taskDefinition: "recorder", region: "eu-central-1" };
const answered = (name: string, message = "Its words.", httpStatus = 400): CallError => ({
  name,
  message,
  httpStatus,
});

/** What each answer means for a launch: how the user is told, and whether an operator has to mend it. */
const REFUSALS: [error: CallError, told: RegExp, needsOperator: boolean][] = [
  [answered("ClusterNotFoundException"), /no ECS cluster "recorders" in eu-central-1/, true],
  [answered("ClientException", "TaskDefinition not found."), /definition "recorder"/, true],
  [
    answered("ClientException", "The requested CPU configuration is above your limit"),
    /"recorder"/,
    true,
  ],
  [answered("InvalidParameterException", "subnet ID 'x' does not exist"), /ECS_SUBNETS/, true],
  [answered("AccessDeniedException", "is not authorized"), /ecs:RunTask and ecs:TagResource/, true],
  [answered("PlatformUnknownException"), /Fargate cannot run/, true],
  [answered("PlatformTaskDefinitionIncompatibilityException"), /Fargate cannot run/, true],
  [answered("UnsupportedFeatureException"), /Fargate cannot run/, true],
  [answered("BlockedException"), /blocked the account/, true],
  [answered("UnrecognizedClientException"), /credentials/, true],
  [answered("InvalidSignatureException"), /credentials/, true],
  [answered("ExpiredTokenException"), /credentials/, true],
  [answered("SomethingNewException"), /refused/, true],
  [answered("ThrottlingException", "Rate exceeded"), /capacity or quota/, false],
  [answered("LimitExceededException"), /capacity or quota/, false],
  [
    answered(
      "ClientException",
      "You've reached the limit on the number of vCPUs you can run concurrently",
    ),
    /capacity or quota/,
    false,
  ],
  [
    answered(
      "InvalidParameterException",
      "Error retrieving security group information for [sg-a]: Request limit exceeded. (ErrorCode: RequestLimitExceeded)",
    ),
    /capacity or quota/,
    false,
  ],
  [
    answered("ClientException", "Capacity is unavailable at this time. Please try again later"),
    /capacity or quota/,
    false,
  ],
  [{ name: "Error", message: "connect", code: "ECONNREFUSED" }, /could not be reached/, false],
  [{ name: "Error", message: "getaddrinfo", code: "ENOTFOUND" }, /could not be reached/, false],
  [{ name: "CredentialsProviderError", message: "none" }, /set ECS_ROLE_ARN/, true],
  [answered("FederationError", "AccessDenied: no", 403), /trust policy/, true],
  [answered("FederationError", "InternalFailure: no", 500), /trust policy/, false],
  [{ name: "FederationError", message: "no answer" }, /trust policy/, false],
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
const FAILURES: [reason: string, told: RegExp, needsOperator: boolean][] = [
  ["RESOURCE:CPU", /capacity or quota/, false],
  ["RESOURCE:ENI", /capacity or quota/, false],
  [
    "Capacity is unavailable at this time. Please try again later or in a different availability zone",
    /capacity or quota/,
    false,
  ],
  ["AGENT", /could not place/, false],
  ["Something new", /could not place/, false],
  ["MISSING", /does not find/, true],
  ["INACTIVE", /no longer active/, true],
  ["ATTRIBUTE", /task definition demands/, true],
  ["LOCATION", /ECS_SUBNETS/, true],
  ["EMPTY CAPACITY PROVIDER", /capacity provider/, true],
  ["NO ACTIVE INSTANCES", /nothing to run/, true],
];

describe("explainRefusal", () => {
  for (const [error, told, needsOperator] of REFUSALS) {
    const { name, httpStatus = error.code, message } = error;
    it(`says ${told} of ${name} ${httpStatus} "${message}"`, () => {
      const failure = explainRefusal(error, AT);
      expectLaunchFailure(failure, needsOperator);
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
  for (const [reason, told, needsOperator] of FAILURES) {
    it(`says ${told} of ${reason}`, () => {
      const failure = explainFailures([{ reason, detail: "Its words." }]);
      expectLaunchFailure(failure, needsOperator);
      expect(failure.message).to.match(told);
      expect(failure.platformReason).to.equal(`${reason}: Its words.`);
    });
  }

  it("makes do with a failure that says nothing", () => {
    const failure = explainFailures([{}]);
    expectLaunchFailure(failure, false);
    expect(failure.platformReason).to.equal("");
  });
});
