import { expect } from "chai";
import { EXIT } from "../../src/exit-codes.ts";
import { Child } from "../support/child.ts";

const MODULE = new URL("../../src/supervisor/time-limit.ts", import.meta.url).href;
const BUSY = "setTimeout(() => process.exit(0), 30_000);";

describe("keepTimeLimit", function () {
  this.timeout(20_000);

  let child: Child | undefined;
  afterEach(async () => {
    child?.signal("SIGKILL");
    await child?.exitCode;
    child = undefined;
  });

  /** A process that runs this script. */
  function running(...script: string[]): Child {
    const lines = [`import { keepTimeLimit } from ${JSON.stringify(MODULE)};`, ...script];
    child = new Child(process.execPath, ["--input-type=module", "--eval", lines.join("\n")], {});
    return child;
  }

  it("ends the process as a platform would", async () => {
    const obedient = 'process.on("SIGTERM", () => process.exit(5));';
    expect(await running(obedient, BUSY, 'keepTimeLimit("0.1");').exitCode).to.equal(5);
  });

  it("ends it all the same when that is not obeyed", async () => {
    const deaf = 'process.on("SIGTERM", () => console.log("heard"));';
    const stubborn = running(deaf, BUSY, 'keepTimeLimit("0.1", 0.1);');
    expect(await stubborn.exitCode).to.equal(EXIT.crashed);
    expect(stubborn.lines).to.include("heard");
  });

  it("does not keep a process that has nothing more to do", async () => {
    expect(await running('keepTimeLimit("3600");').exitCode).to.equal(0);
  });

  it("leaves a process alone that has no limit", async () => {
    const none = ["undefined", '""', '"soon"', '"0"', '"-1"'];
    const calls = none.map((seconds) => `keepTimeLimit(${seconds}, 0);`);
    const free = running(...calls, "setTimeout(() => process.exit(0), 200);");
    expect(await free.exitCode).to.equal(0);
  });
});
