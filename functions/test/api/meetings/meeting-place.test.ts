import { ConfigurationError } from "@meeting-bot/core";
import { expect } from "chai";
import { readMeetingPlace } from "../../../src/api/meetings/meeting-place.ts";

describe("readMeetingPlace", () => {
  it("has one collection for all without a placeholder", () => {
    const place = readMeetingPlace("tenants/main/calls");
    expect(place.isShared).to.equal(true);
    expect(place.collectionOf("acme")).to.equal("tenants/main/calls");
  });

  it("has a collection for each organisation with one", () => {
    const place = readMeetingPlace("tenants/{tenant}/calls");
    expect(place.isShared).to.equal(false);
    // What a replacement would take for a pattern is an id here.
    expect(place.collectionOf("a$&c")).to.equal("tenants/a$&c/calls");
  });

  it("refuses several placeholders, by name", () => {
    expect(() => readMeetingPlace("a/{b}/c/{d}/e"))
      .to.throw(ConfigurationError)
      .with.property("message")
      .that.contains("MEETINGS_COLLECTION_PATH");
  });
});
