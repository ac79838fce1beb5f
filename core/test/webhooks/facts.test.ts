import { expect } from "chai";
import type { BotInstance, Output } from "../../src/bot-instance/bot-instance.ts";
import { failure } from "../../src/errors.ts";
import { factsOf } from "../../src/webhooks/facts.ts";
import { NOW, queued, started } from "../support/instances.ts";

const AUDIO: Output = {
  kind: "audio",
  uri: "gs://bucket/audio.m4a",
  contentType: "audio/mp4",
  bytes: 1,
  crc32c: "AAAAAA==",
  durationSeconds: 19,
  codec: "aac",
};
const VIDEO: Output = { ...AUDIO, kind: "video", codec: "h264", width: 1280, height: 720 };
/** An instance in whose fields others wrote these. */
const holding = (fields: Record<string, unknown>) => ({ ...queued(), ...fields }) as BotInstance;
const named = (...paths: string[]) => paths.map((path) => ({ path }));

describe("the facts of a delivery", () => {
  it("are the bot's ids, status, phase, outputs and duration", () => {
    const outputs = [AUDIO, { ...VIDEO, durationSeconds: 20 }];
    const bot = started({ creatorOrganizationId: "org", partial: true, outputs });
    expect(factsOf(bot, named("meetings/one", "teams/a/meetings/two"))).to.deep.equal({
      botInstanceId: "instance",
      organizationId: "org",
      meetings: [
        { id: "one", path: "meetings/one" },
        { id: "two", path: "teams/a/meetings/two" },
      ],
      status: "processing",
      phase: "joining",
      partial: true,
      durationSeconds: 20,
      outputs,
      error: null,
    });
  });

  it("say null of what there is not", () => {
    expect(factsOf(queued(), [])).to.deep.equal({
      botInstanceId: "instance",
      organizationId: null,
      meetings: [],
      status: "queued",
      partial: false,
      durationSeconds: null,
      outputs: [],
      error: null,
    });
  });

  it("tell a failure without the platform's words", () => {
    const fallen = { ...failure("BOT_CRASHED", "join", "It fell."), platformReason: "exit 137" };
    expect(factsOf(queued({ error: { ...fallen, at: NOW } }), []).error).to.deep.equal({
      code: "BOT_CRASHED",
      message: "It fell.",
      stage: "join",
      retryable: true,
    });
  });

  it("name the first hundred meetings", () => {
    const paths = Array.from({ length: 2000 }, (_, index) => `meetings/${index}`);
    const { meetings } = factsOf(queued(), named(...paths));
    expect(meetings.map(({ path }) => path)).to.deep.equal(paths.slice(0, 100));
  });

  it("stay small whatever an instance holds", () => {
    const long = "x".repeat(100_000);
    const fields = {
      error: { ...failure("BOT_CRASHED", "join", `${long.slice(0, 1499)}😀${long}`), at: NOW },
      outputs: Array.from({ length: 1000 }, () => ({ ...VIDEO, contentType: long.slice(0, 1500) })),
    };
    const paths = Array.from(
      { length: 100 },
      (_, index) => `meetings/${long.slice(0, 1000)}${index}`,
    );
    const facts = factsOf(holding(fields), named(...paths));
    expect(facts.meetings).to.have.length(7);
    expect(facts.outputs).to.have.length(10);
    expect(facts.error?.message.isWellFormed()).to.equal(true);
    expect(JSON.stringify(facts).length).to.be.below(64 * 1024);
  });

  const NONSENSE = [null, 7, "text", [], {}, [[1]], { kind: 7 }];
  for (const odd of NONSENSE) {
    it(`leave out what others wrote: ${JSON.stringify(odd)}`, () => {
      const outputs = [odd, VIDEO, { ...AUDIO, uri: odd }];
      const facts = factsOf(holding({ error: odd, outputs }), []);
      expect(facts).to.include({ durationSeconds: 19, error: null });
      expect(facts.outputs[0]).to.deep.equal(VIDEO);
    });
  }

  it("leave out what is no size, and fields that are not ours", () => {
    const outputs = [{ ...VIDEO, width: "wide", more: { than: "ours" } }];
    const { width: _, ...known } = VIDEO;
    expect(factsOf(holding({ outputs }), []).outputs).to.deep.equal([known]);
  });
});
