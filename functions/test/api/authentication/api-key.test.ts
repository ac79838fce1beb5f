import { randomBytes } from "node:crypto";
import { expect } from "chai";
import type { ApiKey } from "../../../src/api/authentication/access-store.ts";
import {
  accepts,
  formatApiKey,
  hashSecret,
  isApiKey,
  mintApiKey,
  parseApiKey,
} from "../../../src/api/authentication/api-key.ts";

const NOW = Date.UTC(2030, 0, 31, 9);

describe("an API key", () => {
  it("is taken apart as it was put together, whatever its secret", () => {
    for (let count = 0; count < 100; count += 1) {
      const shown = mintApiKey(randomBytes);
      const text = formatApiKey(shown);
      expect(text).to.match(/^mbk_[a-z0-9]{16}_[A-Za-z0-9_-]{43}$/);
      expect(isApiKey(text)).to.equal(true);
      expect(parseApiKey(text)).to.deep.equal(shown);
    }
  });

  it("has no other form", () => {
    const text = formatApiKey(mintApiKey(randomBytes));
    for (const odd of [`${text}x`, text.slice(1), text.toUpperCase(), "mbk__", "mbk_a_b", ""]) {
      expect(parseApiKey(odd), odd).to.equal(undefined);
    }
  });

  it("is accepted by its secret, until it expires or is revoked", () => {
    const { id, secret } = mintApiKey(randomBytes);
    const key: ApiKey = {
      id,
      organizationId: "acme",
      name: "test",
      secretHash: hashSecret(secret),
      createdAt: NOW,
    };
    const outcomes = [
      accepts(key, secret, NOW),
      accepts({ ...key, expiresAt: NOW + 1 }, secret, NOW),
      accepts({ ...key, expiresAt: NOW }, secret, NOW),
      accepts({ ...key, revokedAt: NOW + 1 }, secret, NOW),
      accepts(key, `${secret}x`, NOW),
      accepts({ ...key, secretHash: "" }, secret, NOW),
    ];
    expect(outcomes).to.deep.equal([true, true, false, false, false, false]);
  });
});
