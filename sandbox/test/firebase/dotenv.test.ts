import { createRequire } from "node:module";
import { expect } from "chai";
import { formatDotenv } from "../../src/firebase/dotenv.ts";

/** The reader of dotenv files that the functions emulator and `firebase deploy` have. */
const firebaseEnv = createRequire(import.meta.url)("firebase-tools/lib/functions/env") as {
  parseStrict(text: string): Record<string, string>;
};

describe("formatDotenv", () => {
  it("writes what firebase-tools reads back unchanged", () => {
    const variables = {
      EMPTY: "",
      ENDPOINT: "127.0.0.1:1234",
      JSON_VALUE: '{"a": "b # no comment", "c": [1]}',
      LINES: "one\ntwo\r\n\tthree",
      QUOTES: `it's "quoted"`,
      BACKSLASHES: "C:\\new\\",
      LAST: "=#$x ",
    };
    expect(firebaseEnv.parseStrict(formatDotenv(variables))).to.deep.equal(variables);
  });
});
