import type { LaunchRequest } from "@meeting-bot/core";
import { expect } from "chai";
import fc from "fast-check";
import { document } from "../../../core/test/fuzz/expectations.ts";
import { NOW } from "../../../core/test/support/instances.ts";
import { botInstanceDocuments } from "../../../test/arbitraries/bot-instance-documents.ts";
import { fuzz } from "../../../test/arbitraries/fuzz.ts";
import { oddFields } from "../../../test/arbitraries/values.ts";
import { readConfig } from "../../src/config.ts";
import { fitOverrides } from "../../src/launchers/ecs/overrides.ts";
import { toJob } from "../../src/launchers/gke/job.ts";
import { launchRequest } from "../../src/launchers/launch-request.ts";
import { environmentsOf, placeIn } from "../../src/launchers/local/environments.ts";
import { JOBS } from "../launchers/gke/gke-under-test.ts";

const RUNS = 300;
const MAX_VALUE_BYTES = 32 * 1024;
/** The only variables that a document fills, and what it fills them with. */
const FILLED = {
  BOT_NAME: "botName",
  CREATOR_ORGANIZATION_ID: "creatorOrganizationId",
  CREATOR_USER_ID: "creatorUserId",
  GCS_PATH: "gcsPath",
} as const;

const config = readConfig({
  GCP_PROJECT_ID: "project",
  GCS_BUCKET: "bucket",
  ALLOWED_MEETING_HOSTS: "*.zoom.us",
});

type Variables = Record<string, string>;

/** The environments of both containers, as each platform is told them. */
const PLATFORMS: Record<string, (request: LaunchRequest) => Variables[]> = {
  "cloud-run": ({ environment, botEnvironment }) => [environment, botEnvironment],
  gke: (request) => {
    const { containers, initContainers } = toJob(request, JOBS).spec.template.spec;
    return [...containers, ...initContainers].map(({ env }) => toVariables(env));
  },
  ecs: (request) => {
    const fitted = fitOverrides(request, 50);
    if (!fitted.ok) throw new Error(`${fitted.characters} characters do not fit`);
    return fitted.overrides.containerOverrides.map(({ environment }) => toVariables(environment));
  },
  local: ({ environment, botEnvironment }) => {
    const programs = {
      bot: { command: [], environment: botEnvironment },
      manager: { command: [], environment },
    };
    const place = placeIn("/runs/x", { botPort: 1, callbackPort: 2 });
    const { bot, manager } = environmentsOf({ name: "x", programs, handedOn: [] }, place, {});
    return [manager, bot];
  },
};

/** Fails when a name is there twice. */
function toVariables(pairs: readonly { name: string; value: string }[]): Variables {
  expect(new Set(pairs.map(({ name }) => name))).to.have.property("size", pairs.length);
  return Object.fromEntries(pairs.map(({ name, value }) => [name, value]));
}

/** As it is read from a document; and as it would be if nobody had checked it, with fields of any type. */
const instances = fc.oneof(
  botInstanceDocuments.map((fields) => document.parse("x", fields, NOW)),
  fc
    .tuple(
      fc.record({
        botName: oddFields,
        creatorOrganizationId: oddFields,
        creatorUserId: oddFields,
        gcsPath: oddFields,
        recordingOptions: oddFields,
        meetingUrl: oddFields,
      }),
      fc.dictionary(
        fc.constantFrom("CLAIM_TOKEN", "NODE_ENV", "environment", "LD_PRELOAD"),
        oddFields,
      ),
    )
    .map(([ours, theirs]) => Object.assign(document.parse("x", {}, NOW), theirs, ours)),
);

const usual = document.parse("x", {}, NOW);

describe("the environments of a launch, whatever a document says,", () => {
  for (const [platform, environmentsFor] of Object.entries(PLATFORMS)) {
    fuzz(
      `have the same names and values on ${platform}, but for four`,
      instances,
      RUNS,
      (instance) => {
        const told = environmentsFor(launchRequest(instance, "token", config));
        const expected = environmentsFor(
          launchRequest({ ...usual, attempt: instance.attempt }, "token", config),
        );
        for (const [index, variables] of told.entries()) {
          const own = omit(variables, [...Object.keys(FILLED), "MAX_RECORDING_DURATION_MINUTES"]);
          expect(own).to.deep.equal(
            omit(expected[index] ?? {}, ["MAX_RECORDING_DURATION_MINUTES"]),
          );
          for (const value of Object.values(variables)) expectValue(value);
        }
      },
    );
  }

  fuzz("have what the document says in these four, as it is there", instances, RUNS, (instance) => {
    const { environment, botEnvironment } = launchRequest(instance, "token", config);
    for (const [name, field] of Object.entries(FILLED)) {
      expect(botEnvironment).not.to.have.property(name);
      if (name in environment) expect(environment[name]).to.equal(instance[field]);
    }
    const minutes = Number(botEnvironment["MAX_RECORDING_DURATION_MINUTES"]);
    expect(minutes).to.be.within(1, config.maxRecordingMinutes);
  });
});

function expectValue(value: unknown): void {
  expect(value).to.be.a("string").and.not.contain("\0");
  expect(Buffer.byteLength(value as string)).to.be.at.most(MAX_VALUE_BYTES);
}

function omit(variables: Variables, names: readonly string[]): Variables {
  return Object.fromEntries(Object.entries(variables).filter(([name]) => !names.includes(name)));
}
