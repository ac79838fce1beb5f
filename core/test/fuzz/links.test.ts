import { expect } from "chai";
import { fuzz } from "../../../test/arbitraries/fuzz.ts";
import { hostileUrls, meetingUrls } from "../../../test/arbitraries/meeting-urls.ts";
import { parseMeetingUrl } from "../../src/meeting/meeting-url.ts";
import { RULES } from "../support/instances.ts";
import { expectFitToTell, isSafe } from "./expectations.ts";

const HOSTILE_RUNS = 3000;
const GOOD_RUNS = 500;
const NARROW_RUNS = 500;

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
      expect(parseMeetingUrl(link, RULES)).to.include({ ok: true });
    },
  );

  fuzz("leads nowhere but where the deployment allows", hostileUrls, NARROW_RUNS, (link) => {
    const parsed = parseMeetingUrl(link, { allowedMeetingHosts: ["*.zoom.us"] });
    if (parsed.ok) expect(new URL(link).hostname).to.match(/^([a-z0-9-]+\.)+zoom\.us$/);
    else expectFitToTell(parsed.message);
  });
});
