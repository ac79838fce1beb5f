import { expect } from "chai";
import { watches } from "../../src/firestore/firestore-backfill-store.ts";

const isWatched = (meetingsPath: string, path: string) =>
  watches({ meetingsPath, meetingsQueryMode: "collection" })(path);

describe("watches", () => {
  it("is true of the documents that the functions' trigger watches, and of no others", () => {
    const nested = "organizations/{organizationId}/meetings";
    expect(isWatched(nested, "organizations/acme/meetings/one")).to.equal(true);
    expect(isWatched(nested, "meetings/one")).to.equal(false);
    expect(isWatched(nested, "teams/acme/meetings/one")).to.equal(false);
    expect(isWatched(nested, "organizations/acme/teams/a/meetings/one")).to.equal(false);
    expect(isWatched("organizations/acme/meetings", "organizations/acme/meetings/one")).to.equal(
      true,
    );
    expect(isWatched("organizations/acme/meetings", "organizations/else/meetings/one")).to.equal(
      false,
    );
  });
});
