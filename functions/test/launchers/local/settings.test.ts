import { examineSettings } from "@meeting-bot/core";
import { expect } from "chai";
import { localSettings } from "../../../src/launchers/local/settings.ts";

const COMPLETE = {
  LOCAL_RUNS_DIR: "/var/tmp/bots",
  LOCAL_MANAGER_COMMAND: '["node", "/opt/bots/supervisor.js"]',
  LOCAL_BOT_COMMAND: '["/bin/sh", "-c", "echo it\'s $HOME"]',
};

/** What is read, and what is said against it. */
const read = (environment: Record<string, string>) =>
  examineSettings(localSettings, { ...COMPLETE, ...environment });

describe("the settings of the local launcher", () => {
  it("hold commands word for word", () => {
    const { values, problems } = read({ LOCAL_ENVIRONMENT: "HTTPS_PROXY, LANG" });
    expect(problems).to.deep.equal([]);
    expect(values).to.deep.equal({
      runsDir: "/var/tmp/bots",
      managerCommand: ["node", "/opt/bots/supervisor.js"],
      botCommand: ["/bin/sh", "-c", "echo it's $HOME"],
      handedOn: ["HTTPS_PROXY", "LANG"],
      supervisor: "",
    });
  });

  for (const name of Object.keys(COMPLETE)) {
    it(`want ${name}`, () => {
      const { problems } = read({ [name]: "" });
      expect(problems).to.have.length(1);
      expect(problems[0]).to.match(new RegExp(`^${name} is not set: `));
    });
  }

  const wrong = [
    "node main.js",
    "[]",
    "{}",
    "null",
    '[""]',
    '["node", 1]',
    '["./main.js"]',
    "[[]]",
  ];
  for (const command of [...wrong, '["bin/main"]', '["/"]']) {
    it(`refuse the command ${command}`, () => {
      const { problems } = read({ LOCAL_BOT_COMMAND: command });
      expect(problems).to.have.length(1);
      expect(problems[0]).to.contain("must be a JSON array such as");
    });
  }

  it("refuse a folder that depends on where one is", () => {
    expect(read({ LOCAL_RUNS_DIR: "runs" }).problems).to.have.length(1);
    expect(read({ LOCAL_SUPERVISOR: "lib/run-main.js" }).problems).to.have.length(1);
  });
});
