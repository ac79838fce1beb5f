import { expect } from "chai";
import { readConfig, type SimulatorConfig } from "../../src/meeting-bot/config.ts";
import { type MeetingReading, readMeeting } from "../../src/meeting-bot/meeting.ts";
import { ordinaryPlan } from "../../src/meeting-bot/plan.ts";
import { composePlan, scenarioNames, scenarios } from "../../src/meeting-bot/scenarios.ts";

function read(query: string, change: Partial<SimulatorConfig> = {}): MeetingReading {
  const reading = readConfig({});
  if (!reading.ok) throw new Error("The default configuration is broken");
  return readMeeting(`https://meet.google.com/abc-defg-hij${query}`, {
    ...reading.config,
    ...change,
  });
}

describe("readMeeting", () => {
  it("takes an ordinary meeting from a URL without a query", () => {
    expect(read("")).to.deep.equal({
      ok: true,
      meeting: {
        ...{ scenarios: [], plan: ordinaryPlan, padMebibytes: 0 },
        ...{ seconds: 20, at: 10, speed: 1, exitCode: 0 },
        ...{ lobbySeconds: 0, lobbyTimeouts: 0 },
      },
    });
  });

  it("takes lengths, speed and exit code from the query", () => {
    const reading = read("?seconds=30&at=2.5&speed=8&exit=137");
    expect(reading).to.have.property("meeting").that.includes({ seconds: 30, at: 2.5, speed: 8 });
    expect(reading).to.have.nested.property("meeting.exitCode", 137);
  });

  it("lays several scenarios over each other, after the process's own", () => {
    const { plan } = { plan: composePlan(["silent", "h264", "teams-upstream", "crash"]) };
    const reading = read("?sandbox=h264,teams-upstream,crash", { scenarios: ["silent"] });
    expect(reading).to.have.property("meeting").that.deep.includes({ plan });
    expect(plan).to.include({ callbacks: false, fixture: "h264", file: "teams-upstream" });
    expect(plan.attempts).to.deep.equal(scenarios.crash.plan.attempts);
  });

  it("lets an accident happen at the end of a shorter meeting", () => {
    expect(read("?sandbox=crash&seconds=4")).to.have.nested.property("meeting.at", 4);
  });

  it("ends a meeting at the bot's own limit", () => {
    const reading = read("?seconds=500", { maxRecordingMinutes: 2 });
    expect(reading).to.have.nested.property("meeting.seconds", 120);
  });

  for (const query of ["?seconds=0", "?at=soon", "?speed=-1", "?seconds=Infinity"]) {
    it(`refuses ${query}`, () => {
      const reason = "seconds, at and speed must be numbers above 0";
      expect(read(query)).to.deep.equal({ ok: false, reason });
    });
  }

  it("takes what happens at the door from the query", () => {
    const reading = read("?lobby=20&lobbyTimeouts=2", { roomRegister: "/tmp/rooms.jsonl" });
    expect(reading)
      .to.have.property("meeting")
      .that.includes({ lobbySeconds: 20, lobbyTimeouts: 2 });
  });

  it("counts bots only where there is a register, and by whole numbers from 0", () => {
    expect(read("?lobbyTimeouts=1")).to.have.property("reason").that.contains("SIM_ROOM_REGISTER");
    for (const query of ["?lobby=-1", "?lobby=soon", "?lobbyTimeouts=0.5"]) {
      expect(read(query)).to.have.property("ok", false);
    }
  });

  it("takes a file to play and what to pad it with from the query", () => {
    const reading = read("?recording=%2Ftmp%2Fa.webm&pad=1.5");
    expect(reading).to.have.property("meeting").that.includes({
      recording: "/tmp/a.webm",
      padMebibytes: 1.5,
    });
    expect(read("?pad=much")).to.deep.equal({ ok: false, reason: "pad must be a number from 0" });
  });

  it("refuses an exit code that no process can have", () => {
    expect(read("?exit=256")).to.include({ ok: false });
  });

  it("names the known scenarios when it refuses an unknown one", () => {
    const reading = read("?sandbox=h264,snow");
    expect(reading.ok || reading.reason).to.equal(
      `Unknown sandbox scenario snow; known are ${scenarioNames.join(", ")}`,
    );
  });
});

describe("The table of scenarios", () => {
  it("describes each in one line", () => {
    expect(scenarioNames).to.include.members(["ok", "denied", "teams-upstream", "backup-wav"]);
    for (const { description } of Object.values(scenarios)) {
      expect(description).to.match(/^.{10,90}$/);
    }
  });
});
