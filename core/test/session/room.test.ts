import { expect } from "chai";
import { parseMeeting } from "../../src/meeting/meeting.ts";
import { sessionKeyOf } from "../../src/session/session.ts";
import { LINK, NAMING, RULES } from "../support/instances.ts";

const meeting = (fields: Record<string, unknown> = {}) =>
  parseMeeting(
    { meeting_url: LINK, creator_organization_id: "org", ...fields },
    NAMING.meeting,
    RULES,
  );
const room = (fields: Record<string, unknown> = {}, path = "meetings/one") =>
  sessionKeyOf(meeting(fields), path);

describe("the room of a meeting", () => {
  it("is one for all links to it and all documents about it", () => {
    expect(room({ meeting_url: `${LINK}?authuser=1` }, "users/x/meetings/two")).to.equal(room());
  });

  it("is another one for another organisation, meeting or provider", () => {
    const rooms = [
      room(),
      room({ creator_organization_id: "other" }),
      room({ meeting_url: "https://meet.google.com/xyz-defg-hij" }),
      room({ meeting_url: "https://zoom.us/j/912345678" }),
      room({ meeting_url: "https://teams.live.com/meet/912345678" }),
    ];
    expect(new Set(rooms)).to.have.property("size", rooms.length);
  });

  it("is the document's own where no organisation is named", () => {
    const alone = { creator_organization_id: undefined };
    expect(room(alone)).to.equal(room(alone)).and.not.equal(room(alone, "meetings/two"));
  });

  it("is another one for another meeting in the same document, too", () => {
    const alone = { creator_organization_id: undefined };
    const mended = { ...alone, meeting_url: "https://meet.google.com/xyz-defg-hij" };
    expect(room(mended)).to.not.equal(room(alone));
    expect(room({ ...alone, meeting_url: `${LINK}?authuser=1` })).to.equal(room(alone));
  });

  it("is the document's own where the link is refused", () => {
    const refused = { meeting_url: "https://example.com/" };
    expect(room(refused)).to.not.equal(room(refused, "meetings/two"));
  });

  it("cannot be forged by an organisation's name", () => {
    expect(room({ creator_organization_id: "document" })).to.not.equal(
      room({ creator_organization_id: undefined }),
    );
  });

  it("has a key of one length everywhere", () => {
    for (const key of [room(), room({ creator_organization_id: undefined })]) {
      expect(key).to.match(/^[0-9a-f]{64}$/);
    }
  });
});
