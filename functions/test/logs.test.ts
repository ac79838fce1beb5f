import { LOG_LEVELS, type LogLevel } from "@meeting-bot/core";
import { expect } from "chai";
import { claimed } from "../../core/test/support/instances.ts";
import * as logs from "../src/logs.ts";
import { captureLogs } from "./support/capture-logs.ts";

/** An event of each severity. */
const EVENTS: Record<LogLevel, () => void> = {
  DEBUG: () => logs.claimRefused("instance", "not-due"),
  INFO: () => logs.botLaunched(claimed(), { launcher: "cloud-run", name: "execution" }),
  WARNING: () => logs.launchUnknown(claimed(), "no answer"),
  ERROR: () => logs.reconcileFailed("no answer"),
};

describe("LOG_LEVEL", () => {
  const before = process.env["LOG_LEVEL"];

  afterEach(() => {
    if (before === undefined) delete process.env["LOG_LEVEL"];
    else process.env["LOG_LEVEL"] = before;
  });

  /** The severities that are logged. */
  async function logged(): Promise<string[]> {
    const text = await captureLogs(async () => {
      for (const level of LOG_LEVELS) EVENTS[level]();
    });
    const lines = text.split("\n").filter((line) => line !== "");
    return lines.map((line) => JSON.parse(line).severity);
  }

  for (const [index, level] of LOG_LEVELS.entries()) {
    it(`${level} lets the functions log that and what is more severe`, async () => {
      process.env["LOG_LEVEL"] = level;
      expect(await logged()).to.deep.equal(LOG_LEVELS.slice(index));
    });
  }

  it("is INFO where nothing is set", async () => {
    delete process.env["LOG_LEVEL"];
    expect(await logged()).to.deep.equal(["INFO", "WARNING", "ERROR"]);
  });
});
