import { expect } from "chai";
import { openLaunchers } from "../../src/launchers/open-launchers.ts";
import { LAUNCHERS, type LauncherKind } from "../../src/launchers/registry.ts";
import { RecordingLauncher } from "../support/recording-launcher.ts";

const [FIRST, SECOND] = Object.keys(LAUNCHERS) as [LauncherKind, LauncherKind];

function open() {
  const built: LauncherKind[] = [];
  const launcher = new RecordingLauncher();
  const answers = { launcher: async () => launcher };
  const launchers = openLaunchers(FIRST, (kind) => {
    built.push(kind);
    return answers.launcher();
  });
  return { launchers, launcher, built, answers };
}

describe("openLaunchers", () => {
  it("builds nothing before it is needed, and each launcher once", async () => {
    const { launchers, launcher, built } = open();
    expect(built).to.deep.equal([]);
    for (const _ of [1, 2]) {
      expect(await launchers.configured()).to.equal(launcher);
      expect(await launchers.of({ launcher: SECOND })).to.equal(launcher);
      expect(await launchers.of({ launcher: FIRST })).to.equal(launcher);
    }
    expect(built).to.deep.equal([FIRST, SECOND]);
  });

  it("builds one again that could not be built", async () => {
    const { launchers, launcher, answers } = open();
    const works = answers.launcher;
    answers.launcher = () => Promise.reject(new Error("no settings"));
    const failed = await launchers.of({ launcher: SECOND }).catch((error: unknown) => error);
    expect(String(failed)).to.contain("no settings");
    answers.launcher = works;
    expect(await launchers.of({ launcher: SECOND })).to.equal(launcher);
  });

  it("knows no launcher that there is not", async () => {
    for (const kind of ["", "lambda", "constructor"]) {
      const failed = await open()
        .launchers.of({ launcher: kind })
        .catch((error: unknown) => error);
      expect(String(failed)).to.contain(`There is no launcher "${kind}".`);
    }
  });
});
