import { expect } from "chai";
import { describeAbsences, describeLeaks, findMarks, type Mark } from "./search.ts";

const VALUE = "ada+MK4f9c@example.com";
const mark: Mark = { name: "e-mail address", value: VALUE, belongs: [/^document /] };

const place = (text: string, name = "log manager") => ({ name, bytes: Buffer.from(text) });
const percent = (text: string) =>
  [...Buffer.from(text)].map((byte) => `%${byte.toString(16)}`).join("");
const base64 = (before: string, after: string) =>
  Buffer.from(`${before}${VALUE}${after}`).toString("base64");

/** Each way to write the value down, and what it is to be called. */
const WRITTEN: Readonly<Record<string, [text: string, encoding: string]>> = {
  "as it is": [`to ${VALUE}.`, "plain"],
  "in other letters": [VALUE.toUpperCase(), "plain"],
  "in a URL": [`?user=${encodeURIComponent(VALUE)}&x=1`, "percent-encoded"],
  "in a URL in a URL": [encodeURIComponent(encodeURIComponent(VALUE)), "percent-encoded"],
  "with every character encoded": [percent(VALUE), "percent-encoded"],
  "in base64": [base64("", ""), "base64"],
  "in base64, one byte in": [base64(":", "tail"), "base64"],
  "in base64, two bytes in": [base64("a:", "x"), "base64"],
  "in base64, in a URL": [encodeURIComponent(base64("a", "??>>")), "base64"],
  "in base64url": [Buffer.from(`>>?${VALUE}>>?`).toString("base64url"), "base64"],
  "in hexadecimal digits": [Buffer.from(VALUE).toString("hex"), "hex"],
  "in capital hexadecimal digits": [Buffer.from(VALUE).toString("hex").toUpperCase(), "hex"],
};

describe("the search for marks", () => {
  for (const [how, [text, encoding]] of Object.entries(WRITTEN)) {
    it(`finds one that is written ${how}`, () => {
      const around = place(`before ${text} after`);
      expect(findMarks([mark], [around])).to.deep.equal([{ mark, place: around, encoding }]);
    });
  }

  it("finds base64 in either alphabet", () => {
    const value = "~~~???>>>~~~???>>>";
    const wanted = { name: "secret", value, belongs: [] };
    for (const alphabet of ["base64", "base64url"] as const) {
      const places = [place(Buffer.from(value).toString(alphabet))];
      expect(findMarks([wanted], places), alphabet).to.have.length(1);
    }
  });

  it("finds nothing where there is nothing", () => {
    expect(findMarks([mark], [place(VALUE.slice(1)), place("")])).to.deep.equal([]);
  });

  it("refuses a mark that is empty or short, which would be found everywhere or never", () => {
    expect(() => findMarks([{ ...mark, value: "" }], [])).to.throw("e-mail address");
  });

  it("tells a leak by its mark and its place, without the value", () => {
    const places = [place(VALUE), place(VALUE, "document one"), place(VALUE, `object ${VALUE}`)];
    expect(describeLeaks(findMarks([mark], places))).to.deep.equal([
      "e-mail address (plain) in log manager",
      "e-mail address (plain) in object <e-mail address>",
    ]);
  });

  it("tells where a mark should have been", () => {
    expect(describeAbsences([mark], findMarks([mark], [place(VALUE)]))).to.deep.equal([
      "e-mail address not in /^document /",
    ]);
  });
});
