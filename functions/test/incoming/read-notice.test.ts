import { expect } from "chai";
import { readNotice } from "../../src/incoming/read-notice.ts";
import { noticeOf } from "./support/notices.ts";

async function fieldsRefusedIn(notice: unknown): Promise<unknown> {
  const read = await readNotice(Buffer.from(JSON.stringify(notice)));
  if (read.ok) return [];
  const { errors } = read.answer.body as { errors?: { field: string }[] };
  return errors?.map(({ field }) => field);
}

describe("reading a notice", () => {
  const good: [what: string, notice: object][] = [
    ["everything that the bot can say", noticeOf()],
    ["the least that there can be", { recordingId: "r", status: "completed" }],
    ["nothing where something could be", noticeOf({ meetingLink: null, timestamp: null })],
    ["no metadata", noticeOf({ metadata: null })],
    ["no storage", noticeOf({}, { storage: null, duration: null, teamId: "" })],
    ["something that we do not know", noticeOf({ speakers: [{ name: "Ada" }] })],
    ["a name of another script", noticeOf({}, { userId: "أحمد" })],
  ];
  for (const [what, notice] of good) {
    it(`understands ${what}`, async () => {
      expect(await fieldsRefusedIn(notice)).to.deep.equal([]);
    });
  }

  const storage = (fields: object) =>
    noticeOf({}, { storage: { bucket: "imports", key: "k", ...fields } });
  const refused: [what: string, notice: unknown, field: string][] = [
    ["a text", "completed", "body"],
    ["a list", [noticeOf()], "body"],
    ["no recording", noticeOf({ recordingId: undefined }), "body"],
    ["a recording without a name", noticeOf({ recordingId: "" }), "recordingId"],
    ["a recording that is a number", noticeOf({ recordingId: 7 }), "recordingId"],
    ["a name with a line's end", noticeOf({ recordingId: "a\nb" }), "recordingId"],
    ["a name that is too long", noticeOf({ recordingId: "x".repeat(257) }), "recordingId"],
    ["half a character", noticeOf({ recordingId: "\ud800" }), "recordingId"],
    ["another status", noticeOf({ status: "failed" }), "status"],
    [
      "a link that is too long",
      noticeOf({ meetingLink: `https://${"x".repeat(2048)}` }),
      "meetingLink",
    ],
    ["an address that is a map", noticeOf({ blobUrl: { href: "x" } }), "blobUrl"],
    ["no time", noticeOf({ timestamp: "yesterday" }), "timestamp"],
    ["metadata that are a list", noticeOf({ metadata: [] }), "metadata"],
    [
      "an organisation that is too long",
      noticeOf({}, { teamId: "x".repeat(129) }),
      "metadata.teamId",
    ],
    ["a length below nothing", noticeOf({}, { duration: -1 }), "metadata.duration"],
    ["a bucket that is not named", storage({ bucket: "" }), "metadata.storage.bucket"],
    ["a key that is too long", storage({ key: "x".repeat(1025) }), "metadata.storage.key"],
    ["a key that is no text", storage({ key: ["k"] }), "metadata.storage.key"],
  ];
  for (const [what, notice, field] of refused) {
    it(`refuses ${what}`, async () => {
      expect(await fieldsRefusedIn(notice)).to.deep.equal([field]);
    });
  }

  it("says nothing of what it has read when it refuses", async () => {
    const read = await readNotice(Buffer.from(JSON.stringify(noticeOf({ status: "s3cret-word" }))));
    expect(JSON.stringify(read)).not.to.contain("s3cret-word");
  });

  for (const [what, body] of [
    ["an empty body", Buffer.alloc(0)],
    ["half of one", Buffer.from('{"recordingId":')],
    ["one that is no UTF-8", Buffer.from('{"recordingId":"\xff"}', "latin1")],
    ["one that is nested without an end", Buffer.from("[".repeat(60_000))],
  ] as const) {
    it(`refuses ${what}`, async () => {
      const read = await readNotice(body);
      expect(read.ok ? undefined : read.answer.status).to.equal(400);
    });
  }
});
