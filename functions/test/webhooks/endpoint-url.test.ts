import { expect } from "chai";
import { checkEndpointUrl, NOT_PUBLIC } from "../../src/webhooks/endpoint-url.ts";

const HTTPS_ONLY = "It must begin with https://.";
const NO_CREDENTIALS = "It must have no user name and no password.";

/** URLs, with what speaks against them in production and in the emulator; nothing where it may be used. */
const TABLE: readonly [url: string, deployed: string | undefined, emulator: string | undefined][] =
  [
    ["https://example.com/hooks?token=1", undefined, undefined],
    ["https://example.com:8443/", undefined, undefined],
    ["https://8.8.8.8/hooks", undefined, undefined],
    ["https://[2606:4700:4700::1111]/", undefined, undefined],
    // A name says nothing before it is resolved.
    ["https://localhost/", undefined, undefined],
    ["http://example.com/", HTTPS_ONLY, undefined],
    ["HTTP://127.0.0.1:8080/", HTTPS_ONLY, undefined],
    ["ftp://example.com/", HTTPS_ONLY, HTTPS_ONLY],
    ["file:///etc/passwd", HTTPS_ONLY, HTTPS_ONLY],
    ["https://me@example.com/", NO_CREDENTIALS, NO_CREDENTIALS],
    ["https://:secret@example.com/", NO_CREDENTIALS, NO_CREDENTIALS],
    ["https://127.0.0.1/", NOT_PUBLIC, undefined],
    ["https://[::1]/", NOT_PUBLIC, undefined],
    ["https://169.254.169.254/", NOT_PUBLIC, NOT_PUBLIC],
    ["https://10.0.0.1/", NOT_PUBLIC, NOT_PUBLIC],
    ["https://[::ffff:169.254.169.254]/", NOT_PUBLIC, NOT_PUBLIC],
    // Other ways to write 127.0.0.1 and 169.254.169.254.
    ["https://127.1/", NOT_PUBLIC, undefined],
    ["https://0x7f000001/", NOT_PUBLIC, undefined],
    ["https://2852039166/", NOT_PUBLIC, NOT_PUBLIC],
    ["https://0251.0376.0251.0376./", NOT_PUBLIC, NOT_PUBLIC],
    ["https://①⑥⑨.254.169.254/", NOT_PUBLIC, NOT_PUBLIC],
  ];

describe("checkEndpointUrl", () => {
  const problemOf = (url: string, allowLocal: boolean) => {
    const checked = checkEndpointUrl(url, allowLocal);
    return checked.ok ? undefined : checked.problem;
  };

  for (const [url, deployed, emulator] of TABLE) {
    it(`says of ${url}: ${deployed ?? "fine"}; in the emulator: ${emulator ?? "fine"}`, () => {
      expect(problemOf(url, false)).to.equal(deployed);
      expect(problemOf(url, true)).to.equal(emulator);
    });
  }

  for (const url of [
    "",
    "example.com/hooks",
    "https://",
    `https://example.com/${"x".repeat(2048)}`,
  ]) {
    it(`takes no ${JSON.stringify(url.slice(0, 30))} for a URL`, () => {
      expect(problemOf(url, true)).to.equal("It must be a URL of at most 2048 characters.");
    });
  }
});
