"use strict";

const { reporters } = require("mocha");

/** mocha's spec reporter, closed by one line that any CI can read: `N passed, N failed`. */
module.exports = class ClosingLine extends reporters.Spec {
  epilogue() {
    super.epilogue();
    const { passes, failures } = this.stats;
    process.stdout.write(`${passes} passed, ${failures} failed\n`);
  }
};
