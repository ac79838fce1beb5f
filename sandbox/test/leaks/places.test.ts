import { expect } from "chai";
import { readFields } from "./places.ts";

describe("readFields", () => {
  it("has a place for each value, by its path, and one for all names, which users choose, too", () => {
    const places = readFields("document", {
      url: "a",
      list: [{ at: new Date(0) }, null],
      empty: {},
    });
    const read = places.map(({ name, bytes }) => [name, bytes.toString()]);
    expect(read).to.deep.equal([
      ["document.url", "a"],
      ["document.list.0.at", String(new Date(0))],
      ["document.list.1", "null"],
      ["document (names)", "url\nlist\nempty\n0\n1\nat"],
    ]);
  });

  it("has one for what is no tree", () => {
    expect(readFields("answer", "text")[0]).to.deep.equal({
      name: "answer",
      bytes: Buffer.from("text"),
    });
  });
});
