import { readFile } from "node:fs/promises";
import { expect } from "chai";
import { fixturePath } from "../../../src/meeting-bot/recorder.ts";
import { parseLiveRecording } from "../../../src/meeting-bot/webm/live-recording.ts";
import { withNewTrackUids } from "../../../src/meeting-bot/webm/track-uids.ts";

/** Chromium's TrackUIDs: the id, a size of seven bytes, and the value. */
const TRACK_UID = /(73c587)(.{14})/g;

describe("withNewTrackUids", () => {
  for (const codec of ["vp8", "vp9", "h264"] as const) {
    it(`gives every track of a recording in ${codec} another id, and changes nothing else`, async () => {
      const { header } = parseLiveRecording(await readFile(fixturePath(codec)));
      const [first, second] = [withNewTrackUids(header), withNewTrackUids(header)];
      const all = [header, first, second].map((bytes) => bytes.toString("hex"));
      const uids = all.flatMap((hex) => hex.match(TRACK_UID) ?? []);
      expect(uids).to.have.length(6);
      expect(new Set(uids)).to.have.property("size", 6);
      const blanked = all.map((hex) => hex.replace(TRACK_UID, "$1"));
      expect(new Set(blanked)).to.have.property("size", 1);
    });
  }
});
