import { expect } from "chai";
import { expand, expandVariables } from "../../src/kubernetes/expansion.ts";
import { generateName } from "../../src/kubernetes/names.ts";
import { parseQuantity } from "../../src/kubernetes/quantity.ts";
import { parseSelector } from "../../src/kubernetes/selectors.ts";

describe("a quantity", () => {
  const cases: [string, number | undefined][] = [
    ["2", 2],
    ["0.5", 0.5],
    ["1500m", 1.5],
    ["2Gi", 2 ** 31],
    ["1E", 1e18],
    ["1e3", 1000],
    ["3Ei", 3 * 2 ** 60],
    ["2GB", undefined],
    ["", undefined],
    ["1.2.3", undefined],
    ["two", undefined],
  ];
  for (const [text, amount] of cases) {
    it(`"${text}" amounts to ${amount ?? "nothing, as it is none"}`, () => {
      expect(parseQuantity(text)).to.equal(amount);
    });
  }
});

describe("a label selector", () => {
  const labels = { app: "recorder", "example.com/scope": "abc" };
  const cases: [string, boolean | undefined][] = [
    ["", true],
    ["app=recorder", true],
    ["app == recorder, example.com/scope=abc", true],
    ["app=recorder,example.com/scope=abd", false],
    ["app!=recorder", false],
    ["none!=recorder", true],
    ["app in (web, recorder)", true],
    ["app notin (web,recorder)", false],
    ["none notin (web)", true],
    ["none in ()", false],
    ["app", true],
    ["!app", false],
    ["!none", true],
    ["app=a=b", undefined],
    ["app in web", undefined],
    ["a,,b", undefined],
  ];
  for (const [text, selected] of cases) {
    it(`"${text}" ${selected === undefined ? "is none" : `selects: ${selected}`}`, () => {
      expect(parseSelector(text)?.(labels)).to.equal(selected);
    });
  }
});

describe("a text with references", () => {
  it("gets the values of variables that there are, and keeps the other references", () => {
    expect(expand("$(A)-$(B)-$A-$$(A)-$$", { A: "1" })).to.equal("1-$(B)-$A-$(A)-$");
  });

  it("sees the variables before its own", () => {
    const list = [{ name: "A", value: "$(B)" }, { name: "B", value: "x$(A)" }, { name: "C" }];
    expect(expandVariables(list)).to.deep.equal({ A: "$(B)", B: "x$(B)", C: "" });
  });
});

describe("a generated name", () => {
  it("has at most 63 characters, five of them of its own", () => {
    expect(generateName("bot-")).to.match(/^bot-[bcdfghjklmnpqrstvwxz2-9]{5}$/);
    expect(generateName("a".repeat(80))).to.match(/^a{58}.{5}$/);
  });
});
