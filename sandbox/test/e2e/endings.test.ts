import type { DocumentData } from "@google-cloud/firestore";
import { expect } from "chai";
import type { Sandbox } from "../../src/sandbox.ts";
import { type Ending, meetingAt, PATIENCE_MS, seeAllThrough, startTestSandbox } from "./support.ts";

/** Every way in which a meeting ends without a recording: what is written, and the code that it ends with. */
const FAILURES: Record<string, [fields: DocumentData, code: string]> = {
  "a host who declines the bot": [meetingAt("sandbox=denied"), "NOT_ADMITTED"],
  "nobody who lets the bot in": [meetingAt("sandbox=lobby-timeout&speed=10"), "LOBBY_TIMEOUT"],
  "a meeting for signed-in people": [meetingAt("sandbox=sign-in"), "SIGN_IN_REQUIRED"],
  "a bot that leaves no file": [meetingAt("sandbox=no-file&seconds=4"), "NO_RECORDING"],
  "a bot that is busy": [meetingAt("sandbox=busy"), "BOT_BUSY"],
  "a link to somewhere else": [
    { meeting_url: "https://example.com/", status: "scheduled" },
    "UNSUPPORTED_URL",
  ],
  "no link": [{ status: "scheduled" }, "INVALID_MEETING"],
  "a link that is a number": [{ meeting_url: 42, status: "scheduled" }, "INVALID_MEETING"],
};

/** What a bot leaves behind that breaks off after some seconds of recording: how long that is, and its gaps. */
const PARTS: Record<string, [fields: DocumentData, seconds: number, gaps: number]> = {
  "a file that is cut off": [meetingAt("sandbox=truncated,h264&at=10&seconds=30"), 10, 0],
  // Another bot comes back for the rest, and crashes, too.
  "a bot that crashes": [meetingAt("sandbox=crash,h264&at=10&seconds=30"), 20, 1],
  "a bot that crashes, in VP9": [meetingAt("sandbox=crash,vp9&at=10&seconds=30"), 20, 1],
};

describe("the end of a meeting", function () {
  this.timeout(PATIENCE_MS);
  let sandbox: Sandbox;
  let endings: Map<string, Promise<Ending>>;

  before(async () => {
    const settings = {
      BOT_READY_SECONDS: "15",
      MAX_ATTEMPTS: "2",
      MAX_LOBBY_TIMEOUTS: "1",
      RETRY_BASE_SECONDS: "0.5",
      RETRY_MAX_SECONDS: "1",
    };
    sandbox = await startTestSandbox("endings", { settings, sweepSeconds: 2 });
    const meetings = Object.entries({ ...FAILURES, ...PARTS });
    endings = await seeAllThrough(
      sandbox,
      meetings.map(([name, [fields]]) => [name, fields]),
    );
  });

  after(() => sandbox?.stop());

  for (const [name, [, code]] of Object.entries(FAILURES)) {
    it(`with ${name} is \`failed\` with ${code} and a sentence, on the instance and on the meeting`, async () => {
      const { meeting, instance } = (await endings.get(name)) as Ending;
      expect(instance["status"]).to.equal("failed");
      expect(instance["error"]).to.include({ code });
      expect(instance["error"].message).to.match(/^[A-Z].{15,}[.]$/s);
      expect(instance).not.to.have.any.keys("wake_at", "phase", "outputs");
      expect(meeting["recording"]).to.deep.include({
        status: "failed",
        error: { code, message: instance["error"].message },
      });
    });
  }

  it("is tried as often as attempts are allowed when another one may succeed, and once when not", async () => {
    const attempts = async (name: string) => (await endings.get(name))?.instance["attempt"];
    expect(await attempts("a bot that is busy")).to.equal(2);
    expect(await attempts("a host who declines the bot")).to.equal(1);
    expect(await attempts("a link to somewhere else")).to.equal(0);
  });

  for (const [name, [, seconds, gaps]] of Object.entries(PARTS)) {
    it(`with ${name} is \`done\` and partial, with what was recorded until then`, async () => {
      const { meeting, instance } = (await endings.get(name)) as Ending;
      expect(instance).to.include({ status: "done", partial: true });
      const kinds = instance["outputs"].map(({ kind }: { kind: string }) => kind);
      expect(kinds).to.have.members(["video", "audio"]);
      for (const output of instance["outputs"]) {
        expect(output.duration_seconds).to.be.within(seconds - 3, seconds + 0.5);
      }
      expect(instance["gaps"]).to.have.length(gaps);
      for (const { at_seconds, started_at, ended_at } of instance["gaps"]) {
        expect(at_seconds).to.be.within(seconds / 2 - 3, seconds / 2 + 0.5);
        expect(ended_at.toMillis()).to.be.above(started_at.toMillis());
      }
      expect(meeting["recording"]).to.include({ status: "done", partial: true });
      expect(meeting["recording"].video_uri).to.match(/^gs:\/\/demo-recordings\/.*\/video\.mp4$/);
    });
  }
});
