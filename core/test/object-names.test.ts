import { expect } from "chai";
import {
  alternativeName,
  defaultRecordingPath,
  outputName,
  parseRecordingPath,
  partName,
  partPrefix,
} from "../src/object-names.ts";

const TOKEN = "0f8fad5b-d9cb-469f-a165-70867728950e";

describe("object names", () => {
  for (const path of ["a", "team/2026/weekly", "Übung/回/…", "a b", "a.b/.c", "x".repeat(874)]) {
    it(`accepts the path ${JSON.stringify(path.slice(0, 20))}`, () => {
      expect(parseRecordingPath(path)).to.deep.equal({ ok: true, path });
    });
  }

  const refused: [unknown, RegExp][] = [
    [7, /must be a string, not number/],
    [undefined, /must be a string, not undefined/],
    ["", /is empty/],
    ["gs://bucket/path", /scheme/],
    ["S3://bucket/path", /scheme/],
    ["/etc", /begin with a slash/],
    ["a//b", /empty segment/],
    ["a/", /empty segment/],
    ["a/../b", /segment \. or \.\./],
    ["..", /segment \. or \.\./],
    ["a/./b", /segment \. or \.\./],
    ["a\\..\\b", /backslash/],
    ["a/gpj.\u202eb", /direction of writing/],
    ["a\nb", /control character/],
    ["a\u2029b", /control character/],
    ["a\u0000", /control character/],
    ["a\u0085b", /control character/],
    ["a\ud800", /well-formed/],
    [".well-known/acme-challenge/x", /acme-challenge/],
    ["x".repeat(875), /longer than 874 bytes/],
    ["ü".repeat(438), /longer than 874 bytes/],
  ];
  for (const [value, problem] of refused) {
    it(`refuses the path ${String(JSON.stringify(value)).slice(0, 24)} because it ${problem.source}`, () => {
      const parsed = parseRecordingPath(value);
      expect(parsed.ok).to.equal(false);
      expect(!parsed.ok && parsed.problem).to.match(problem);
    });
  }

  it("keeps every name under the longest path within the stores' 1024 bytes", () => {
    const name = alternativeName(partName("x".repeat(874), "t".repeat(200), 999_999), 99);
    expect(Buffer.byteLength(name)).to.be.at.most(1024);
  });

  it("puts recordings without a path under their creator, meeting and instance", () => {
    const owner = {
      creatorUserId: "u1",
      creatorOrganizationId: "o1",
      meetingId: "m1",
      instanceId: "i1",
    };
    expect(defaultRecordingPath(owner)).to.equal("recordings/u1/m1/i1");
    expect(defaultRecordingPath({ ...owner, creatorUserId: undefined })).to.equal(
      "recordings/o1/m1/i1",
    );
    expect(defaultRecordingPath({ meetingId: "m1", instanceId: "i1" })).to.equal(
      "recordings/unowned/m1/i1",
    );
  });

  it("makes an acceptable default path of any ids", () => {
    const owner = { creatorUserId: "../..", meetingId: "a/b\n", instanceId: ".." };
    const path = defaultRecordingPath(owner);
    expect(path).to.equal("recordings/.._../a_b_/__");
    expect(parseRecordingPath(path).ok).to.equal(true);
    const long = "x".repeat(2000);
    const longest = { creatorUserId: long, meetingId: long, instanceId: long };
    expect(parseRecordingPath(defaultRecordingPath(longest)).ok).to.equal(true);
  });

  it("names outputs and parts", () => {
    expect(outputName("a/b", "video.mp4")).to.equal("a/b/video.mp4");
    expect(partName("a/b", TOKEN, 12)).to.equal(`a/b/raw/${TOKEN}/000012.part`);
    expect(partName("a", "../x", 1)).to.equal(`${partPrefix("a", "../x")}000001.part`);
    expect(partPrefix("a", "../x")).to.equal("a/raw/.._x/");
  });

  it("suffixes the file's name, not its extension or folder", () => {
    expect(alternativeName("a/video.mp4", 2)).to.equal("a/video-2.mp4");
    expect(alternativeName("a.b/video", 3)).to.equal("a.b/video-3");
    expect(alternativeName("a/x.y.webm", 2)).to.equal("a/x.y-2.webm");
  });
});
