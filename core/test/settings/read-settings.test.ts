import { expect } from "chai";
import { ConfigurationError } from "../../src/errors.ts";
import { examineSettings, readSettings } from "../../src/settings/read-settings.ts";
import { list, number, oneOf, pattern, text } from "../../src/settings/setting.ts";

const SETTINGS = {
  bucket: text("BUCKET", { description: "Where recordings go." }),
  region: text("REGION", { description: "Where it runs.", fallback: "somewhere" }),
  tries: number("TRIES", { description: "How often.", fallback: 3, min: 1, max: 20 }),
  pause: number("PAUSE", { description: "How long.", fallback: 1.5, min: 0, fraction: true }),
  level: oneOf("LEVEL", ["low", "high"], { description: "How much.", fallback: "low" }),
  values: list("VALUES", { description: "Which.", fallback: ["one"] }),
};
const read = (environment: Record<string, string>) =>
  readSettings(SETTINGS, { BUCKET: "b", ...environment });

function problemsOf(environment: Record<string, string>): string {
  try {
    readSettings(SETTINGS, environment);
  } catch (error) {
    expect(error).to.be.instanceOf(ConfigurationError);
    return String(error);
  }
  throw new Error("the settings were accepted");
}

describe("readSettings", () => {
  it("takes the defaults for what is not set, and for what is empty", () => {
    const defaults = {
      bucket: "b",
      region: "somewhere",
      tries: 3,
      pause: 1.5,
      level: "low",
      values: ["one"],
    };
    expect(read({})).to.deep.equal(defaults);
    const empty = { REGION: "", TRIES: "", PAUSE: "", LEVEL: "", VALUES: "" };
    expect(read(empty)).to.deep.equal(defaults);
  });

  it("takes what is set", () => {
    const set = { REGION: "r", TRIES: "20", PAUSE: "0.25", LEVEL: "high", VALUES: "a, b ,c" };
    expect(read(set)).to.deep.equal({
      bucket: "b",
      region: "r",
      tries: 20,
      pause: 0.25,
      level: "high",
      values: ["a", "b", "c"],
    });
  });

  it("asks the platform's variables before the default, in their order", () => {
    const inherits = ["FIRST", "SECOND"];
    const settings = { id: text("ID", { description: "Who.", inherits, fallback: "nobody" }) };
    const idIn = (environment: Record<string, string>) => readSettings(settings, environment).id;
    expect(idIn({ ID: "own", FIRST: "1", SECOND: "2" })).to.equal("own");
    expect(idIn({ ID: "", FIRST: "1", SECOND: "2" })).to.equal("1");
    expect(idIn({ FIRST: "", SECOND: "2" })).to.equal("2");
    expect(idIn({})).to.equal("nobody");
  });

  it("names the variable that a value came from", () => {
    const options = {
      form: /^a/,
      allowed: "a word with a",
      description: "Who.",
      inherits: ["OTHER"],
    };
    const settings = { id: pattern("ID", options) };
    expect(examineSettings(settings, { OTHER: "b" }).problems).to.deep.equal([
      'OTHER is "b", but must be a word with a.',
    ]);
  });

  it("reports contradictions along with everything else, and leaves out what it could not read", () => {
    const { values, problems } = examineSettings(
      SETTINGS,
      { BUCKET: "b", TRIES: "many", PAUSE: "4" },
      ({ tries, pause }) => [`tries ${tries}, pause ${pause}`],
    );
    expect(problems.map((problem) => problem.slice(0, 20))).to.deep.equal([
      'TRIES is "many", but',
      "tries undefined, pau",
    ]);
    expect(values).to.include({ bucket: "b", pause: 4 }).and.not.have.property("tries");
  });

  it("reports everything that is wrong at once: the name, what was found, what is allowed", () => {
    const told = problemsOf({ TRIES: "many", PAUSE: "-1", LEVEL: "middle", VALUES: "a,,b" });
    expect(told).to.contain("BUCKET is not set: Where recordings go.");
    expect(told).to.contain('TRIES is "many", but must be a whole number from 1 to 20.');
    expect(told).to.contain('PAUSE is "-1", but must be a number of at least 0.');
    expect(told).to.contain('LEVEL is "middle", but must be one of low, high.');
    expect(told).to.contain('VALUES is "a,,b", but must be words, separated by commas.');
    expect(told.split("\n- ")).to.have.length(6);
  });

  for (const wrong of ["0", "21", "1.5", "1e99", "NaN", "Infinity", "3 times", " "]) {
    it(`refuses ${JSON.stringify(wrong)} as a number of tries`, () => {
      expect(problemsOf({ BUCKET: "b", TRIES: wrong })).to.contain("TRIES");
    });
  }
});
