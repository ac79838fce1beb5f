import { ConfigurationError } from "@meeting-bot/core";
import { expect } from "chai";
import { readConfig } from "../src/config.ts";

const NEEDED = {
  BOT_INSTANCE_PATH: "bot_instances/abc",
  CLAIM_TOKEN: "token",
  GCP_PROJECT_ID: "project",
  GCS_BUCKET: "bucket",
};

/** The lines of the refusal, each about one variable. */
function problemsOf(environment: Record<string, string>): string[] {
  try {
    readConfig(environment);
  } catch (error) {
    expect(error).to.be.instanceOf(ConfigurationError);
    return String(error).split("\n- ").slice(1);
  }
  throw new Error("the configuration was accepted");
}

describe("readConfig of the manager", () => {
  it("needs the instance, the claim, the project and the bucket, and nothing else", () => {
    expect(readConfig(NEEDED)).to.deep.include({
      botInstanceId: "abc",
      claimToken: "token",
      projectId: "project",
      database: "(default)",
      bucket: "bucket",
      workDir: "/scratch/.outputs",
      stopFile: "/scratch/.stop",
      botUrl: "http://localhost:3000",
      callbackPort: 8081,
      heartbeatSeconds: 30,
      monitorIntervalSeconds: 10,
      botReadySeconds: 60,
      videoPreset: "medium",
      logLevel: "INFO",
      searchPath: "",
    });
  });

  it("keeps what it makes and the stop file in the scratch folder", () => {
    expect(readConfig({ ...NEEDED, SCRATCH_DIR: "/mnt/x" })).to.include({
      workDir: "/mnt/x/.outputs",
      stopFile: "/mnt/x/.stop",
    });
  });

  it("waits for a meeting as long as the bot may take, however little is configured", () => {
    expect(readConfig(NEEDED).maxWaitMinutes).to.equal(625);
    const limits = { MAX_RECORDING_DURATION_MINUTES: "1", LOBBY_WAIT_MINUTES: "0.5" };
    expect(readConfig({ ...NEEDED, ...limits }).maxWaitMinutes).to.equal(240);
    const short = { ...limits, MEETING_MAX_WAIT_MINUTES: "0.1" };
    expect(readConfig({ ...NEEDED, ...short }).maxWaitMinutes).to.equal(1.5);
  });

  it("refuses names that cannot be told apart", () => {
    const [problem] = problemsOf({ ...NEEDED, BOT_INSTANCE_DONE_VALUE: "failed" });
    expect(problem).to.match(/BOT_INSTANCE_DONE_VALUE, BOT_INSTANCE_FAILED_VALUE must differ/);
  });

  it("names everything that is missing, at once", () => {
    const problems = problemsOf({});
    expect(problems.map((problem) => problem.split(" ")[0])).to.have.members(Object.keys(NEEDED));
    for (const problem of problems) expect(problem).to.match(/^\w+ is not set: .+ must be .+\.$/);
  });

  for (const [name, value] of [
    ["BOT_INSTANCE_PATH", "abc"],
    ["BOT_INSTANCE_PATH", "meetings/abc"],
    ["BOT_INSTANCE_PATH", "bot_instances/abc/bot_events/def"],
    ["GCS_BUCKET", "gs://bucket"],
    ["GCS_BUCKET", "bucket/folder"],
    ["MEETING_BOT_API_URL", "localhost:3000"],
    ["BOT_CALLBACK_PORT", "0"],
    ["BOT_CALLBACK_PORT", "65536"],
    ["UPLOAD_CHUNK_MEBIBYTES", "-1"],
    ["HEARTBEAT_SECONDS", "soon"],
    ["VIDEO_PRESET", "best"],
    ["LOG_LEVEL", "LOUD"],
  ] as const) {
    it(`refuses ${name}=${value}, and says what is allowed`, () => {
      const [problem, ...others] = problemsOf({ ...NEEDED, [name]: value });
      expect(others).to.deep.equal([]);
      expect(problem)
        .to.match(/ must be .+\.$/)
        .and.to.contain(`${name} is "${value}"`);
    });
  }
});
