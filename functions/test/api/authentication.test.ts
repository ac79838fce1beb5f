import { HOUR, SECOND } from "@meeting-bot/core";
import { expect } from "chai";
import { deleteApp, initializeApp } from "firebase-admin/app";
import { verifyFirebaseIdToken } from "../../src/api/authentication/firebase-id-tokens.ts";
import { ApiUnderTest, ORGANIZATION } from "./support/api-under-test.ts";
import { DOCUMENT } from "./support/described.ts";
import { idToken } from "./support/local-auth.ts";

describe("who may ask the API", () => {
  let api: ApiUnderTest;
  before(async () => {
    api = await ApiUnderTest.start();
    await api.write("organizations/umbrella/members/ada", { role: "guest" });
    await api.write("meetings/umbrella", {
      meeting_url: "https://meet.google.com/abc-defg-hij",
      creator_organization_id: "umbrella",
    });
  });
  after(() => api.stop());

  const ask = async (token: string | undefined, organization?: string) => {
    const headers: Record<string, string> = {};
    if (organization !== undefined) headers["X-Organization-Id"] = organization;
    return (await api.request("/v1/meetings", { token, headers })).status;
  };

  describe("every operation", () => {
    const secured = Object.entries(DOCUMENT.paths)
      .flatMap(([path, methods]) => Object.keys(methods).map((method) => [path, method] as const))
      .filter(([path]) => path !== "/v1/openapi.json");
    for (const [path, method] of secured) {
      it(`${method} ${path} wants a bearer token`, async () => {
        const url = path.replace("{id}", path.includes("webhook") ? "msg_x" : "x");
        const { status, headers } = await api.request(url, {
          method: method.toUpperCase(),
          token: undefined,
        });
        expect([status, headers.get("www-authenticate")]).to.deep.equal([401, "Bearer"]);
      });
    }
  });

  it("refuses other schemes, and tokens that are none", async () => {
    for (const authorization of ["Basic YTpi", "Bearer", "Bearer a b", "token"]) {
      const { status } = await api.request("/v1/meetings", {
        token: undefined,
        headers: { Authorization: authorization },
      });
      expect(status, authorization).to.equal(401);
    }
    expect(await ask("not-a-token")).to.equal(401);
  });

  describe("with an ID token", () => {
    it("is in the organisation that its claim names", async () => {
      expect(await ask(api.userToken("ada"))).to.equal(200);
      expect(await ask(api.userToken("ada"), ORGANIZATION)).to.equal(200);
    });

    it("is refused when it has expired, or is another project's", async () => {
      const past = Math.floor(Date.now() / SECOND) - 10;
      expect(await ask(api.userToken("ada", { exp: past }))).to.equal(401);
      expect(await ask(idToken("another", "ada", { organization_id: ORGANIZATION }))).to.equal(401);
    });

    it("is refused when it is unsigned and no Auth emulator is there", async () => {
      const { projectId } = api;
      const app = initializeApp({ projectId }, `${projectId}-real`);
      try {
        expect(await verifyFirebaseIdToken(app, api.token)).to.equal(undefined);
      } finally {
        await deleteApp(app);
      }
    });

    it("is no member of an organisation that has no document of its membership", async () => {
      expect(await ask(api.userToken("bob"), "umbrella")).to.equal(403);
      expect(await ask(api.userToken("ada", {}), "no/where")).to.equal(403);
    });

    it("needs an organisation", async () => {
      for (const claims of [{}, { organization_id: 7 }, { organization_id: "a/b" }]) {
        expect(await ask(api.userToken("ada", claims))).to.equal(403);
      }
    });

    it("acts for an organisation that it is a member of, instead of the one in its claim", async () => {
      const headers = { "X-Organization-Id": "umbrella" };
      for (const token of [api.userToken("ada"), api.userToken("ada", {})]) {
        const { status } = await api.request("/v1/meetings/umbrella", { token, headers });
        expect(status).to.equal(200);
      }
      expect((await api.request("/v1/meetings/umbrella")).status).to.equal(404);
    });
  });

  describe("with an API key", () => {
    it("acts for the key's organisation, and for no other", async () => {
      const key = await api.apiKey();
      expect(await ask(key)).to.equal(200);
      expect(await ask(key, ORGANIZATION)).to.equal(200);
      expect(await ask(key, "umbrella")).to.equal(403);
    });

    it("is refused with another secret, another id, or in another form", async () => {
      const key = await api.apiKey();
      const last = key.at(-1) === "A" ? "B" : "A";
      expect(await ask(key.slice(0, -1) + last)).to.equal(401);
      expect(await ask(`mbk_0000000000000000_${key.slice(-43)}`)).to.equal(401);
      expect(await ask(`${key}A`)).to.equal(401);
    });

    it("is refused when it was revoked or has expired, and good until then", async () => {
      const past = Date.now() - SECOND;
      expect(await ask(await api.apiKey({ revokedAt: past }))).to.equal(401);
      expect(await ask(await api.apiKey({ expiresAt: past }))).to.equal(401);
      expect(await ask(await api.apiKey({ expiresAt: Date.now() + HOUR }))).to.equal(200);
    });

    it("is kept without its secret", async () => {
      const key = await api.apiKey();
      const [, id] = key.split("_");
      // It may hold an underscore itself.
      const secret = key.slice(-43);
      const document = JSON.stringify(await api.read(`bot_api_keys/${id}`));
      expect(document).to.contain("secret_hash").and.not.contain(secret);
    });
  });
});
