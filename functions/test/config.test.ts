import { ConfigurationError } from "@meeting-bot/core";
import { expect } from "chai";
import { findProblems, readConfig, readLogLevel, settings } from "../src/config.ts";

const NEEDED = { GCP_PROJECT_ID: "project", GCS_BUCKET: "bucket" };

function refusalOf(environment: Record<string, string>): string {
  try {
    readConfig(environment);
  } catch (error) {
    expect(error).to.be.instanceOf(ConfigurationError);
    return String(error);
  }
  throw new Error("the configuration was accepted");
}

describe("readConfig", () => {
  it("needs a bucket and a project, and nothing else", () => {
    expect(readConfig(NEEDED)).to.deep.include({
      projectId: "project",
      bucket: "bucket",
      database: "(default)",
      region: "us-central1",
      launcher: "cloud-run",
      platform: { job: "meeting-bot", endpoint: "" },
      launchTimeoutSeconds: 20,
      sweepPageSize: 10,
      controllerId: "controller",
      meetingsPath: "meetings",
      meetingsQueryMode: "collection",
      jobTimeoutMinutes: 720,
      forwarded: { GCS_BUCKET: "bucket" },
    });
  });

  it("lets webhooks go to this machine in the functions emulator, and nowhere else", () => {
    expect(readConfig({ ...NEEDED, FUNCTIONS_EMULATOR: "true" }).allowLocalEndpoints).to.equal(
      true,
    );
    for (const value of [undefined, "", "false", "1"]) {
      const config = readConfig({ ...NEEDED, FUNCTIONS_EMULATOR: value });
      expect(config.allowLocalEndpoints).to.equal(false);
    }
  });

  it("takes the functions' region for the bucket's where nothing else is said", () => {
    expect(readConfig(NEEDED).storageRegion).to.equal("us-central1");
    const placed = { ...NEEDED, GCP_DEFAULT_REGION: "europe-west1" };
    expect(readConfig(placed).storageRegion).to.equal("europe-west1");
    expect(readConfig({ ...placed, STORAGE_REGION: "EU" }).storageRegion).to.equal("EU");
  });

  it("lets the platform name who claims, unless somebody else does", () => {
    const platform = { ...NEEDED, HOSTNAME: "host", K_REVISION: "sweep-00001" };
    expect(readConfig(platform).controllerId).to.equal("host");
    expect(readConfig({ ...platform, HOSTNAME: "" }).controllerId).to.equal("sweep-00001");
    expect(readConfig({ ...platform, CONTROLLER_ID: "me" }).controllerId).to.equal("me");
  });

  it("takes a function's own project where none is named", () => {
    expect(readConfig({ GCLOUD_PROJECT: "own", GCS_BUCKET: "b" }).projectId).to.equal("own");
    expect(readConfig({ ...NEEDED, GCLOUD_PROJECT: "own" }).projectId).to.equal("project");
    const empty = { ...NEEDED, GCP_PROJECT_ID: "", GCLOUD_PROJECT: "own" };
    expect(readConfig(empty).projectId).to.equal("own");
  });

  it("reports everything that is wrong at once, the manager's variables too", () => {
    const told = refusalOf({
      LAUNCHER: "rocket",
      CLAIM_TTL_SECONDS: "soon",
      MAX_CLAIM_PER_POLL: "0",
      LOG_LEVEL: "LOUD",
      MEETING_STATUS_VALUES: ",",
    });
    const wrong = [
      "GCP_PROJECT_ID",
      "GCS_BUCKET",
      "LAUNCHER",
      "CLAIM_TTL_SECONDS",
      "MAX_CLAIM_PER_POLL",
      "LOG_LEVEL",
      "MEETING_STATUS_VALUES",
    ];
    for (const name of wrong) expect(told).to.contain(`- ${name} is`);
    expect(told.split("\n- ")).to.have.length(wrong.length + 1);
  });

  it("names the launchers that there are", () => {
    expect(refusalOf({ ...NEEDED, LAUNCHER: "rocket" })).to.contain(
      "one of cloud-run, gke, ecs, local.",
    );
  });

  it("says before the functions are deployed which hosts bots can be sent to, and tells the manager", () => {
    const [told] = findProblems({ ...NEEDED, ALLOWED_MEETING_HOSTS: "*.zoom.us,example.com" });
    expect(told).to.match(/^ALLOWED_MEETING_HOSTS is .+, but must be .+ meet\.google\.com, /);
    const narrow = readConfig({ ...NEEDED, ALLOWED_MEETING_HOSTS: "*.zoom.us" });
    expect(narrow).to.deep.include({ allowedMeetingHosts: ["*.zoom.us"] });
    expect(narrow.forwarded).to.include({ ALLOWED_MEETING_HOSTS: "*.zoom.us" });
  });

  it("hands on what is set of the manager's variables, and nothing that is not", () => {
    const { forwarded } = readConfig({
      ...NEEDED,
      HEARTBEAT_SECONDS: "5",
      BOT_INSTANCE_DONE_VALUE: "finished",
      CLAIM_TTL_SECONDS: "700",
      VIDEO_PRESET: "",
      CONTROLLER_ID: "me",
      API_KEY: "secret",
      PATH: "/bin",
    });
    expect(forwarded).to.deep.equal({
      GCS_BUCKET: "bucket",
      HEARTBEAT_SECONDS: "5",
      BOT_INSTANCE_DONE_VALUE: "finished",
      CLAIM_TTL_SECONDS: "700",
    });
  });

  it("hands the bot its limits on, set or not", () => {
    expect(readConfig(NEEDED).forwardedToBot).to.deep.equal({
      GCP_DEFAULT_REGION: "us-central1",
      MAX_RECORDING_DURATION_MINUTES: "600",
      MEETING_INACTIVITY_MINUTES: "15",
      INACTIVITY_DETECTION_START_DELAY_MINUTES: "5",
    });
    const set = {
      GCP_DEFAULT_REGION: "europe-west1",
      MAX_RECORDING_DURATION_MINUTES: "90",
      MEETING_INACTIVITY_MINUTES: "10",
      INACTIVITY_DETECTION_START_DELAY_MINUTES: "0",
    };
    expect(readConfig({ ...NEEDED, ...set }).forwardedToBot).to.deep.equal(set);
  });

  it("refuses names that cannot be told apart, and a path as a collection group", () => {
    const told = refusalOf({
      ...NEEDED,
      BOT_INSTANCE_DONE_VALUE: "failed",
      MEETINGS_COLLECTION_PATH: "a/b/c",
      MEETINGS_QUERY_MODE: "collection_group",
    });
    expect(told).to.contain(
      'BOT_INSTANCE_DONE_VALUE, BOT_INSTANCE_FAILED_VALUE must differ, but share "failed".',
    );
    expect(told).to.contain('MEETINGS_COLLECTION_PATH is "a/b/c"');
  });

  for (const endpoint of ["127.0.0.1:8123", "localhost:8123", "[::1]:8123"]) {
    it(`accepts ${endpoint} as a stand-in for Cloud Run`, () => {
      const config = readConfig({ ...NEEDED, CLOUD_RUN_ENDPOINT: endpoint });
      expect(config.platform).to.include({ endpoint });
    });
  }

  for (const endpoint of [
    "example.com:443",
    "127.0.0.1.evil.com:80",
    "evil.com#127.0.0.1:80",
    "localhost",
    "10.0.0.1:8123",
    "http://127.0.0.1:8123",
    "127.0.0.1:8123\n",
    "127.0.0.1:0",
    "127.0.0.1:65536",
    "127.0.0.1:080808",
  ]) {
    it(`refuses ${JSON.stringify(endpoint)} as a stand-in for Cloud Run`, () => {
      expect(refusalOf({ ...NEEDED, CLOUD_RUN_ENDPOINT: endpoint })).to.contain("on this machine");
    });
  }

  const missing: Record<string, readonly string[]> = {
    gke: ["MANAGER_IMAGE", "MEETING_BOT_IMAGE", "GKE_CLUSTER_ENDPOINT"],
    ecs: ["ECS_REGION", "ECS_SUBNETS", "ECS_SECURITY_GROUPS"],
    local: ["LOCAL_RUNS_DIR", "LOCAL_MANAGER_COMMAND", "LOCAL_BOT_COMMAND"],
  };
  for (const [launcher, names] of Object.entries(missing)) {
    it(`names what is missing for ${launcher}, and that it wants it`, () => {
      const told = refusalOf({ ...NEEDED, LAUNCHER: launcher })
        .split("\n- ")
        .slice(1);
      expect(told).to.have.length(names.length);
      for (const [index, name] of names.entries()) {
        expect(told[index]).to.contain(name);
        expect(told[index]).to.match(new RegExp(` LAUNCHER=${launcher} wants it\\.$`));
      }
    });
  }

  it("uses no name that the platform reserves for itself", () => {
    const reserved =
      /^(GCP_PROJECT|GCLOUD_PROJECT|PORT|K_.*|FUNCTION_.*|(FIREBASE|X_GOOGLE|EXT|KIT)_.*)$/;
    for (const { name } of Object.values(settings)) expect(name).to.not.match(reserved);
  });
});

describe("findProblems", () => {
  it("has nothing against the defaults", () => {
    expect(findProblems(NEEDED)).to.deep.equal([]);
  });

  it("lists what is wrong by itself along with what contradicts", () => {
    const problems = findProblems({
      GCP_PROJECT_ID: "project",
      PROCESSING_MINUTES: "200",
      HEARTBEAT_SECONDS: "120",
      LAUNCH_LEASE_SECONDS: "20",
      MEETING_CANCEL_VALUES: "scheduled",
    });
    expect(
      problems.map((problem) => problem.replace(/(is not set|, but must|, but a).*$/, "")),
    ).to.deep.equal([
      "GCS_BUCKET ",
      'MEETING_STATUS_VALUES, MEETING_CANCEL_VALUES must differ, but share "scheduled".',
      "MAX_RECORDING_DURATION_MINUTES (600) + LOBBY_WAIT_MINUTES (25) + PROCESSING_MINUTES (200) = 825 minutes",
      'HEARTBEAT_SECONDS is "120"',
      'LAUNCH_TIMEOUT_SECONDS is "20"',
    ]);
  });

  it("lets nobody deploy as if it were the emulator", () => {
    expect(findProblems({ ...NEEDED, FUNCTIONS_EMULATOR: "true" })).to.deep.equal([
      "FUNCTIONS_EMULATOR is for the emulator to set.",
    ]);
  });

  it("is stricter than the functions, which go on with what serves most meetings", () => {
    const tight = { ...NEEDED, JOB_TIMEOUT_MINUTES: "60" };
    expect(findProblems(tight)).to.have.length(1);
    expect(readConfig(tight)).to.include({ jobTimeoutMinutes: 60 });
  });
});

describe("readLogLevel", () => {
  it("is the variable's value, or the default where that is unset or wrong", () => {
    expect(readLogLevel({ LOG_LEVEL: "ERROR" })).to.equal("ERROR");
    expect(readLogLevel({})).to.equal("INFO");
    expect(readLogLevel({ LOG_LEVEL: "LOUD" })).to.equal("INFO");
  });
});
