import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { expect } from "chai";
import { HttpMeetingBotClient, type JoinRequest } from "../../src/bot/meeting-bot-client.ts";
import { FakeClock } from "./fake-clock.ts";
import { startServer, type TestServer } from "./http-server.ts";

const REQUEST: JoinRequest = {
  provider: "microsoft",
  meetingUrl: "https://teams.microsoft.com/meet/1?p=SeCret",
  botName: "Notes",
  userId: "u",
  botId: "b",
};
const HANG = Symbol("no answer");

type Scripted = [status: number, body: string] | typeof HANG;

describe("the meeting bot's client", () => {
  let server: TestServer;
  let answers: Scripted[];
  let requests: { method: string | undefined; url: string | undefined; body: string }[];
  let clock: FakeClock;

  beforeEach(async () => {
    answers = [];
    requests = [];
    clock = new FakeClock();
    server = await startServer(async (request: IncomingMessage, response) => {
      requests.push({ method: request.method, url: request.url, body: await text(request) });
      const answer = answers.shift() ?? HANG;
      if (answer === HANG) return;
      const [status, body] = answer;
      response.writeHead(status, status === 302 ? { Location: "/health" } : {}).end(body);
    });
  });
  afterEach(() => server.stop());

  const client = (baseUrl = server.url) =>
    new HttpMeetingBotClient({ baseUrl, clock, timeoutMs: 100, joinTimeoutMs: 100 });

  it("sends every field that the bot requires, as strings, to the provider's route", async () => {
    answers = [[202, '{"success":true}']];
    expect(await client().join(REQUEST)).to.deep.equal({ kind: "accepted" });
    expect(requests[0]).to.include({ method: "POST", url: "/microsoft/join" });
    expect(JSON.parse(requests[0]?.body ?? "")).to.deep.equal({
      url: REQUEST.meetingUrl,
      name: "Notes",
      bearerToken: "unused",
      teamId: "none",
      timezone: "UTC",
      userId: "u",
      botId: "b",
    });
  });

  const joins: [string, Scripted, object][] = [
    ["409", [409, '{"success":false,"error":"Another meeting"}'], { kind: "busy" }],
    [
      "400",
      [400, '{"error":"url missing"}'],
      { kind: "refused", message: "The meeting bot refused the meeting (400: url missing)." },
    ],
    [
      "404 without JSON",
      [404, "<html>"],
      { kind: "refused", message: "The meeting bot refused the meeting (404)." },
    ],
    [
      "500",
      [500, "{}"],
      { kind: "unreachable", message: "The meeting bot failed to answer (500)." },
    ],
    ["silence", HANG, { kind: "unreachable", message: "The meeting bot does not answer." }],
    ["a redirect", [302, ""], { kind: "unreachable", message: "The meeting bot does not answer." }],
    [
      "an endless answer",
      [202, "x".repeat(70_000)],
      { kind: "unreachable", message: "The meeting bot does not answer." },
    ],
  ];
  for (const [title, answer, expected] of joins) {
    it(`understands ${title} as an answer to a join`, async () => {
      answers = [answer];
      expect(await client().join(REQUEST)).to.deep.equal(expected);
      expect(requests).to.have.lengthOf(1);
    });
  }

  const pulses: [string, Scripted, boolean | "unreachable"][] = [
    ["1", [200, '{"success":true,"data":1}'], true],
    ["0", [200, '{"success":true,"data":0}'], false],
    ["nonsense", [200, '{"data":"no"}'], "unreachable"],
    ["503", [503, '{"data":0}'], "unreachable"],
    ["silence", HANG, "unreachable"],
  ];
  for (const [title, answer, expected] of pulses) {
    it(`understands ${title} as an answer to isbusy`, async () => {
      answers = [answer];
      expect(await client().isBusy()).to.equal(expected);
    });
  }

  it("waits until the bot is healthy", async () => {
    answers = [[503, ""], [200, "{}"], HANG, [200, '{"status":"healthy"}']];
    expect(await client().waitUntilHealthy(60_000)).to.equal(true);
    expect(requests).to.have.lengthOf(4);
    expect(clock.now()).to.equal(1500);
  });

  it("does not wait longer than it was told", async () => {
    expect(await client("http://127.0.0.1:9").waitUntilHealthy(60_000)).to.equal(false);
    expect(clock.now()).to.be.within(59_000, 60_000);
  });

  it("stops waiting when it is told to", async () => {
    const controller = new AbortController();
    clock.at(5_000, () => controller.abort());
    expect(await client("http://127.0.0.1:9").waitUntilHealthy(60_000, controller.signal)).to.equal(
      false,
    );
    expect(clock.now()).to.equal(5_000);
  });

  it("does not mind an image without a shutdown, or a bot that has gone", async () => {
    answers = [[404, ""]];
    await client().shutdown();
    await client("http://127.0.0.1:9").shutdown();
    expect(requests[0]).to.include({ method: "POST", url: "/shutdown" });
  });
});
