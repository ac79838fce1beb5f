import { expect } from "chai";
import { accessSettings, membershipDocument } from "../../src/settings/access.ts";

const { membershipPath, organizationClaim } = accessSettings;

describe("the access settings", () => {
  it("take a document's path that has both placeholders, once each", () => {
    for (const path of [
      membershipPath.fallback,
      "users/{userId}/organizations/{organizationId}",
      "members/{organizationId}_{userId}",
    ]) {
      expect(membershipPath.parse(String(path)), path).to.equal(path);
    }
  });

  it("take no other path", () => {
    for (const path of [
      "organizations/{organizationId}/members",
      "organizations/{organizationId}/members/{userId}/",
      "organizations/{organizationId}/members/all",
      "organizations/{organizationId}/members/{uid}",
      "organizations/{organizationId}/{organizationId}/{userId}",
      "organizations/{organizationId}/{userId}/{userId}",
      "organizations/{organizationId}/members/{userId}{x}",
      "/organizations/{organizationId}/members/{userId}",
      "organizations/{organizationId}//{userId}",
    ]) {
      expect(membershipPath.parse(path), path).to.equal(undefined);
    }
  });

  it("take a claim's name that a rule can quote", () => {
    for (const claim of ["organization_id", "https://example.com/org", "org-id"]) {
      expect(organizationClaim.parse(claim)).to.equal(claim);
    }
    for (const odd of ["a b", "a'b", 'a"b', "a\\b", "a\nb"]) {
      expect(organizationClaim.parse(odd), odd).to.equal(undefined);
    }
  });
});

describe("membershipDocument", () => {
  it("puts each id in its place", () => {
    const path = membershipDocument("u/{userId}/o/{organizationId}", {
      organizationId: "acme",
      userId: "ada",
    });
    expect(path).to.equal("u/ada/o/acme");
  });

  it("takes an id for what it is", () => {
    const path = membershipDocument("o/{organizationId}/m/{userId}", {
      organizationId: "{userId}",
      userId: "$&",
    });
    expect(path).to.equal("o/{userId}/m/$&");
  });
});
