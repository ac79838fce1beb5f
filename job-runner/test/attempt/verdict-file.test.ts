import { mkdir, readdir, writeFile } from "node:fs/promises";
import { failure } from "@meeting-bot/core";
import { expect } from "chai";
import { readVerdict, writeVerdict } from "../../src/attempt/verdict-file.ts";
import { useScratch } from "../media/support/scratch.ts";

describe("the verdict file", () => {
  const scratch = useScratch();
  const verdict = {
    kind: "recorded",
    missing: { reason: "It stopped answering.", interrupted: true, endReason: "bot-lost" },
  } as const;
  /** The work folder as a manager sees it that was started again so often. */
  const after = (restarts: number) => ({ workDir: scratch.path("work"), restarts });

  it("tells a manager that was started again how the meeting ended", async () => {
    await writeVerdict(after(0), verdict);
    expect(await readVerdict(after(1))).to.deep.equal(verdict);
    expect(await readdir(scratch.path("work"))).to.deep.equal(["verdict.json"]);
  });

  it("tells the last of several", async () => {
    await writeVerdict(after(0), verdict);
    await writeVerdict(after(1), { kind: "recorded" });
    expect(await readVerdict(after(2))).to.deep.equal({ kind: "recorded" });
  });

  it("tells the first manager nothing: what lies there is another execution's", async () => {
    await writeVerdict(after(0), verdict);
    expect(await readVerdict(after(0))).to.equal(undefined);
  });

  it("tells nothing when there was no end, or one without a recording", async () => {
    const why = failure("NOT_ADMITTED", "join", "Somebody declined.");
    await writeVerdict(after(0), { kind: "stopped" });
    await writeVerdict(after(0), { kind: "failed", failure: why });
    expect(await readVerdict(after(1))).to.equal(undefined);
  });

  it("tells nothing when it was not written to its end", async () => {
    await mkdir(scratch.path("work"));
    await writeFile(scratch.path("work/verdict.json.new"), '{"kind":"rec');
    expect(await readVerdict(after(1))).to.equal(undefined);
  });
});
