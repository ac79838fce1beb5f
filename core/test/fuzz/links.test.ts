import { expect } from "chai";
import { fuzz } from "../../../test/arbitraries/fuzz.ts";
import { hostileUrls, meetingUrls } from "../../../test/arbitraries/meeting-urls.ts";
import { parseMeetingUrl } from "../../src/meeting/meeting-url.ts";
import { RULES } from "../support/instances.ts";
import { expectFitToTell, isSafe } from "./expectations.ts";

const HOSTILE_RUNS = 3000;
const GOOD_RUNS = 500;
const NARROW_RUNS = 500;

/** A link as Outlook shows it. */
function wrap(link: string): string {
  return `https://eur01.safelinks.protection.outlook.com/?url=${encodeURIComponent(link)}`;
}

describe("any link", () => {
  fuzz(
    "is opened only on a meeting's host, or refused in a sentence",
    hostileUrls,
    HOSTILE_RUNS,
    (link) => {
      const parsed = parseMeetingUrl(link, RULES);
      if (parsed.ok) {
        expect(link).to.satisfy(isSafe);
        expect(parsed.identity).to.have.length.within(1, 2048);
        expect(parseMeetingUrl(parsed.url, RULES)).to.deep.equal(parsed);
      } else {
        expect(parsed.message).to.match(/^The meeting's link .+\.$/);
        expectFitToTell(parsed.message);
      }
    },
  );

  fuzz(
    "to a meeting is understood, whatever it is decorated with",
    meetingUrls,
    GOOD_RUNS,
    (link) => {
      const parsed = parseMeetingUrl(link, RULES);
      expect(link).to.satisfy(isSafe);
      if (parsed.ok) expect(parseMeetingUrl(parsed.url, RULES)).to.deep.equal(parsed);
    },
  );

  fuzz(
    "is unwrapped once, and is then judged as it is alone",
    hostileUrls,
    HOSTILE_RUNS,
    (hostile) => {
      // A wrapper is percent-encoded, which takes well-formed Unicode alone.
      const link = hostile.toWellFormed();
      const alone = parseMeetingUrl(link, RULES);
      const wrapped = parseMeetingUrl(wrap(link), RULES);
      // A wrapper around nothing leads to itself; around a long link, it is too long.
      if (link === "" || wrap(link).length > 2048) expect(wrapped.ok).to.equal(false);
      else expect(wrapped).to.deep.equal(alone);
      expect(parseMeetingUrl(wrap(wrap(link)), RULES)).to.include({ ok: false });
    },
  );

  fuzz("may have blanks, brackets and HTML around it", meetingUrls, GOOD_RUNS, (link) => {
    const plain = parseMeetingUrl(link, RULES);
    const [, rest = ""] = link.split("https://");
    for (const pasted of [` ${link} `, `<${link}>`, `http://${rest}`, rest]) {
      expect(parseMeetingUrl(pasted, RULES)).to.deep.equal(plain);
    }
    expect(parseMeetingUrl(link.replaceAll("&", "&amp;"), RULES)).to.deep.equal(plain);
  });

  fuzz("leads nowhere but where the deployment allows", hostileUrls, NARROW_RUNS, (link) => {
    const parsed = parseMeetingUrl(link, { allowedMeetingHosts: ["*.zoom.us"] });
    if (parsed.ok) expect(new URL(parsed.url).hostname).to.match(/^([a-z0-9-]+\.)+zoom\.us$/);
    else expectFitToTell(parsed.message);
  });
});
