import { expect } from "chai";
import type { BotInstance } from "../../src/bot-instance/bot-instance.ts";
import type { LinkedMeeting } from "../../src/meeting/linked-meeting.ts";
import type { Meeting } from "../../src/meeting/meeting.ts";
import { letFormerGo } from "../../src/meeting/serve.ts";
import { HOUR } from "../../src/time.ts";
import { AT, NOW } from "../support/instances.ts";
import {
  afterPlan,
  doneFor,
  factsOf,
  iso,
  linkedMeeting,
  linkOf,
  meetingWith,
  outcomeOf,
  planOf,
  sentFor,
  waitingFor,
} from "../support/meetings.ts";

const ASKED = meetingWith({ start: iso(NOW) });

describe("a link that the version before has made", () => {
  /** It knows neither the document's age nor what it was made for. */
  const earlier = (linked: BotInstance): LinkedMeeting => {
    const { requestHash: _, detailsHash: __, meetingCreatedAt: ___, ...link } = linkOf(linked);
    return link;
  };
  const { requestHashV1 } = ASKED;
  const meeting = linkedMeeting({
    start: iso(NOW),
    recording: { request_hash: requestHashV1, status: "processing" },
  });
  const listed = { meetings: ["meetings/one"] };
  const facts = (linked: BotInstance, is: Meeting | undefined = meeting) =>
    factsOf(is, linked, [], { link: earlier(linked) });
  const cancelled = linkedMeeting({ start: iso(NOW), status: "cancelled" }, ASKED);

  const cases: [what: string, known: ReturnType<typeof factsOf>, outcome: string][] = [
    ["is kept at work", facts(sentFor(ASKED, listed)), "ignored: already-linked"],
    ["is kept when it is done", facts(doneFor(ASKED, listed)), "ignored: already-linked"],
    ["is released", facts(sentFor(ASKED, listed), cancelled), "released, old leaving"],
    [
      "is released with its document",
      factsOf(undefined, sentFor(ASKED, listed), [], { link: earlier(sentFor(ASKED)) }),
      "released, old leaving",
    ],
  ];
  for (const [what, known, outcome] of cases) {
    it(`${what}: ${outcome}`, () => {
      expect(outcomeOf(known)).to.equal(outcome);
    });
  }

  it("is a document from the first change on", () => {
    const linked = sentFor(ASKED, { meetings: ["meetings/one", "meetings/two"], wantedLinks: 2 });
    const edited = linkedMeeting(
      { start: iso(NOW), end: iso(NOW + HOUR), recording: { request_hash: requestHashV1 } },
      ASKED,
    );
    const plan = planOf(facts(linked, edited));
    expect(afterPlan(plan)["old"]).to.deep.include({ meetings: ["meetings/two"], wantedLinks: 2 });
    expect(plan.links.map(({ link }) => link?.requestHash)).to.deep.equal([edited.requestHash]);
  });
});

describe("a meeting's bot of before", () => {
  const elsewhere = linkedMeeting({ bot_instance_id: "other" });
  const letGo = (linked: BotInstance, link = linkOf(linked)) => {
    const plan = letFormerGo(factsOf(elsewhere, linked, [], { link }), AT);
    return plan && Object.values(afterPlan(plan)).map(({ id, wantedLinks }) => [id, wantedLinks]);
  };

  it("is let go when the document is linked to another one by now", () => {
    expect(letGo(sentFor(ASKED))).to.deep.equal([["old", 0]]);
    expect(letGo(waitingFor(ASKED, { wantedLinks: 2 }))).to.deep.equal([["old", 1]]);
  });

  it("is left as it is when it has ended, or does not count the meeting any more", () => {
    expect(letGo(doneFor(ASKED))).to.equal(undefined);
    expect(letGo(sentFor(ASKED), linkOf(sentFor(ASKED), { state: "former" }))).to.equal(undefined);
  });
});
