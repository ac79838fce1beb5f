import { failure } from "@meeting-bot/core";
import { expect } from "chai";
import { makeLogs, type Severity } from "../src/logs.ts";

/** The lines that `speak` leaves at a level. */
function linesAt(level: Severity, speak: (logs: ReturnType<typeof makeLogs>) => void): string[] {
  const lines: string[] = [];
  speak(makeLogs("instance", level, (line) => lines.push(line)));
  return lines;
}

/** Every event once. */
function speakAll(logs: ReturnType<typeof makeLogs>): void {
  logs.superseded("already-started");
  logs.phaseEntered("recording");
  logs.heartbeatMissed(new Error("no connection"));
  logs.outcomeNotWritten(new Error("no connection"));
  logs.leaseLost("superseded");
  logs.callbackIgnored("the body is not JSON");
  logs.recordingEnded(12.5, true);
  logs.outputFailed({ code: "CONVERSION_FAILED", message: "video: no frames" });
  logs.outputStored("gs://recordings/a/video.mp4", 1024);
  logs.attemptFailed(failure("BOT_BUSY", "join", "The meeting bot is busy."));
  logs.workDirLeft(new Error("EBUSY"));
  logs.botNotStopped(new Error("ENOSPC"));
  logs.crashed(new Error("a defect"));
}

describe("the manager's logs", () => {
  it("are one JSON object a line, with severity, message and the instance's id", () => {
    const lines = linesAt("DEBUG", speakAll);
    expect(lines).to.have.length(13);
    for (const line of lines) {
      expect(line).to.match(/^\{[^\n]*\}\n$/);
      const entry = JSON.parse(line);
      expect(entry).to.include({ botInstanceId: "instance" });
      expect(entry.severity).to.be.oneOf(["INFO", "WARNING", "ERROR"]);
      expect(entry.message).to.match(/^[a-z ]+$/);
    }
  });

  it("leave out what is less severe than asked for", () => {
    const severities = (level: Severity) => [
      ...new Set(linesAt(level, speakAll).map((line) => JSON.parse(line).severity)),
    ];
    expect(severities("DEBUG")).to.have.members(["INFO", "WARNING", "ERROR"]);
    expect(severities("INFO")).to.have.members(["INFO", "WARNING", "ERROR"]);
    expect(severities("WARNING")).to.have.members(["WARNING", "ERROR"]);
    expect(severities("ERROR")).to.deep.equal(["ERROR"]);
  });

  it("tell what went wrong, a defect with its stack", () => {
    const [missed = "", crashed = ""] = linesAt("DEBUG", (logs) => {
      logs.heartbeatMissed("no connection");
      logs.crashed(new Error("a defect"));
    });
    expect(JSON.parse(missed)).to.include({ reason: "no connection" });
    expect(JSON.parse(crashed).reason).to.match(/^Error: a defect\n\s+at .*logs\.test\.ts/);
  });

  it("keep the queries of links out of others' words", () => {
    const said =
      'no such meeting "https://zoom.us/j/1?pwd=secret#frag", see http://help/a#secret now';
    const [line = ""] = linesAt("DEBUG", (logs) =>
      logs.attemptFailed(failure("INVALID_MEETING", "join", said)),
    );
    expect(line).not.to.contain("secret");
    expect(JSON.parse(line).reason).to.contain("https://zoom.us/j/1").and.to.match(/now$/);
  });

  it("keep people's addresses out of objects' names, and tell which service account is meant", () => {
    const account = "meeting-bot-job@my-project.iam.gserviceaccount.com";
    const [stored = "", refused = ""] = linesAt("DEBUG", (logs) => {
      logs.outputStored("gs://b/recordings/ada+work@example.com/one/video.mp4", 1024);
      logs.partsRefused(new Error(`${account} may not store "recordings/ada@example.com/1.part"`));
    });
    expect(JSON.parse(stored).uri).to.equal("gs://b/recordings/…/one/video.mp4");
    expect(JSON.parse(refused).reason).to.equal(`${account} may not store "recordings/…/1.part"`);
  });
});
