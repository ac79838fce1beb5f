"use strict";

const { reporters } = require("mocha");

/**
 * mocha's spec reporter, closed by what any CI can read: a line for each test that failed, after all
 * its details, and `N passed, N failed`.
 */
module.exports = class ClosingLine extends reporters.Spec {
  epilogue() {
    super.epilogue();
    const { passes, failures } = this.stats;
    const lines = this.failures.map((test) => `FAILED ${test.fullTitle()}: ${reasonOf(test.err)}`);
    process.stdout.write(`${[...lines, `${passes} passed, ${failures} failed`].join("\n")}\n`);
  }
};

/** The first lines of an error. */
function reasonOf(error) {
  return String(error?.message).split("\n").slice(0, 2).join(" ").slice(0, 300);
}
