import { expect } from "chai";
import { readConfig } from "../../src/meeting-bot/config.ts";

describe("readConfig of the meeting-bot simulator", () => {
  it("falls back to what the fork's container does", () => {
    expect(readConfig({})).to.deep.equal({
      ok: true,
      config: {
        port: 3000,
        callbackBaseUrl: "http://localhost:8081/v2",
        recordingsRoot: "/usr/src/app/dist/_tempvideo",
        fileExtension: ".webm",
        lobbyWaitMinutes: 25,
        maxRecordingMinutes: 180,
        flavour: "fork",
        scenarios: [],
        speed: 1,
        meetingSeconds: 20,
      },
    });
  });

  it("waits ten minutes in upstream's lobby", () => {
    const reading = readConfig({ SIM_FLAVOUR: "upstream" });
    expect(reading).to.have.nested.property("config.lobbyWaitMinutes", 10);
  });

  it("takes every variable", () => {
    const reading = readConfig({
      PORT: "0",
      AUTH_BASE_URL_V2: "http://127.0.0.1:9/v2/",
      TEMPVIDEO_DIR: "/scratch",
      UPLOADER_FILE_EXTENSION: ".mp4",
      JOIN_WAIT_TIME_MINUTES: "3",
      MAX_RECORDING_DURATION_MINUTES: "60",
      SIM_FLAVOUR: "upstream",
      SIM_SCENARIO: "slow-start,h264",
      SIM_SPEED: "10",
      SIM_SECONDS: "5",
      SIM_ROOM_REGISTER: "/scratch/rooms.jsonl",
    });
    expect(reading)
      .to.have.property("config")
      .that.deep.equals({
        port: 0,
        callbackBaseUrl: "http://127.0.0.1:9/v2",
        recordingsRoot: "/scratch",
        fileExtension: ".mp4",
        lobbyWaitMinutes: 3,
        maxRecordingMinutes: 60,
        flavour: "upstream",
        scenarios: ["slow-start", "h264"],
        speed: 10,
        meetingSeconds: 5,
        roomRegister: "/scratch/rooms.jsonl",
      });
  });

  it("reports every problem at once, each with its variable", () => {
    const reading = readConfig({
      PORT: "http",
      AUTH_BASE_URL_V2: "nowhere",
      JOIN_WAIT_TIME_MINUTES: "-1",
      MAX_RECORDING_DURATION_MINUTES: "long",
      SIM_FLAVOUR: "vanilla",
      SIM_SCENARIO: "snow",
      SIM_SPEED: "0",
      SIM_SECONDS: "Infinity",
    });
    const names = reading.ok ? [] : reading.problems.map((problem) => problem.split(/[ :]/)[0]);
    expect(names).to.have.members([
      "PORT",
      "AUTH_BASE_URL_V2",
      "JOIN_WAIT_TIME_MINUTES",
      "MAX_RECORDING_DURATION_MINUTES",
      "SIM_FLAVOUR",
      "SIM_SCENARIO",
      "SIM_SPEED",
      "SIM_SECONDS",
    ]);
  });
});
