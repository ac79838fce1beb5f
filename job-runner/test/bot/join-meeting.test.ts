import { expect } from "chai";
import { joinMeeting } from "../../src/bot/join-meeting.ts";
import type {
  JoinAnswer,
  JoinRequest,
  MeetingBotClient,
} from "../../src/bot/meeting-bot-client.ts";
import { FakeClock } from "./fake-clock.ts";

const REQUEST: JoinRequest = {
  provider: "zoom",
  meetingUrl: "https://zoom.us/j/1",
  botName: "n",
  userId: "u",
  botId: "b",
};
const SILENT: JoinAnswer = { kind: "unreachable", message: "No answer." };

describe("joining a meeting", () => {
  function scripted(answers: JoinAnswer[], busy: boolean[] = []) {
    const clock = new FakeClock();
    const joins: JoinAnswer[] = [];
    const client: MeetingBotClient = {
      join: async () => {
        const answer = answers.shift() ?? SILENT;
        joins.push(answer);
        return answer;
      },
      isBusy: async () => busy.shift() ?? "unreachable",
      waitUntilHealthy: async () => true,
      shutdown: async () => {},
    };
    return { joins, clock, options: { client, clock, request: REQUEST, deadlineAt: 60_000 } };
  }

  it("is done when the bot accepts", async () => {
    const { options, joins } = scripted([{ kind: "accepted" }]);
    expect(await joinMeeting(options)).to.deep.equal({ kind: "joining" });
    expect(joins).to.have.lengthOf(1);
  });

  it("takes a busy bot for ours when the answer was lost", async () => {
    const { options, joins } = scripted([SILENT], [true]);
    expect(await joinMeeting(options)).to.deep.equal({ kind: "joining" });
    expect(joins).to.have.lengthOf(1);
    const later = scripted([SILENT, { kind: "busy" }], [false, true]);
    expect(await joinMeeting(later.options)).to.deep.equal({ kind: "joining" });
  });

  it("asks a bot again that is busy with something else", async () => {
    const { options, joins } = scripted([{ kind: "busy" }, { kind: "busy" }, { kind: "accepted" }]);
    expect(await joinMeeting(options)).to.deep.equal({ kind: "joining" });
    expect(joins).to.have.lengthOf(3);
  });

  const failures: [JoinAnswer, string, number][] = [
    [{ kind: "refused", message: "No." }, "INVALID_MEETING", 0],
    [{ kind: "busy" }, "BOT_BUSY", 60_000],
    [SILENT, "BOT_UNREACHABLE", 60_000],
  ];
  for (const [answer, code, until] of failures) {
    it(`fails with ${code} when the bot is ${answer.kind} to the end`, async () => {
      const { options, clock } = scripted(Array(100).fill(answer));
      const outcome = await joinMeeting(options);
      expect(outcome.kind === "failed" && outcome.failure.code).to.equal(code);
      expect(clock.now()).to.be.within(Math.max(0, until - 2_000), until);
    });
  }

  it("stops when it is told to", async () => {
    const { options, clock } = scripted(Array(100).fill({ kind: "busy" }));
    const controller = new AbortController();
    clock.at(3_000, () => controller.abort());
    expect(await joinMeeting({ ...options, signal: controller.signal })).to.deep.equal({
      kind: "stopped",
    });
    expect(clock.now()).to.equal(3_000);
  });
});
