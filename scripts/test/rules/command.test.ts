import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { projectFolder, runScript } from "../project-folder.ts";

const EMPTY =
  "rules_version = '2';\nservice cloud.firestore {\n  match /databases/{database}/documents {\n  }\n}\n";

/** Runs `npm run rules` in a folder with those files. */
async function run(files: Record<string, string>, ...args: string[]) {
  await using folder = await projectFolder(files);
  const { status, stdout, stderr } = runScript("rules.ts", folder.path, {}, ...args);
  const after = Object.keys(files).map((name) => readFileSync(join(folder.path, name), "utf8"));
  return { status, stdout, stderr, after: after[0] };
}

describe("npm run rules", function () {
  this.timeout(20_000);

  it("prints the rules of this repository, of Firestore or of Storage", async () => {
    expect((await run({})).stdout).to.equal(readFileSync("firestore.rules", "utf8"));
    expect((await run({}, "--storage")).stdout).to.equal(readFileSync("storage.rules", "utf8"));
  });

  it("writes the names of a project into rules that are there", async () => {
    const variables = "MEETING_BOT_INSTANCE_FIELD=robot\n";
    const files = { "my.rules": EMPTY, "functions/.env.mine": variables };
    const { status, stdout, stderr, after } = await run(
      files,
      "--project",
      "mine",
      "--into",
      "my.rules",
    );
    expect({ status, stdout, stderr }).to.deep.equal({ status: 0, stdout: "", stderr: "" });
    expect(after).to.contain("['robot', 'recording']");
  });

  it("warns of rules that may let at everything", async () => {
    const files = { "my.rules": EMPTY.replace("{\n  }", "{\n    match /{all=**} {\n    }\n  }") };
    const { status, stderr } = await run(files, "--into", "my.rules");
    expect(status).to.equal(0);
    expect(stderr).to.match(/^my\.rules: match \/\{all=\*\*\} may allow .+\n$/);
  });

  it("leaves a file alone that cannot take the block, and ends with 1", async () => {
    const files = { "my.rules": "service cloud.firestore {}\n" };
    const { status, stderr, after } = await run(files, "--into", "my.rules");
    expect({ status, after }).to.deep.equal({ status: 1, after: files["my.rules"] });
    expect(stderr).to.match(/^my\.rules does not begin with rules_version.+\n$/);
    expect(await run({}, "--into", "missing.rules")).to.include({ status: 1 });
  });

  it("ends with 2 when it is called in a wrong way", async () => {
    const mistyped = await run({}, "--project", "mien");
    expect(mistyped).to.include({ status: 2, stdout: "" });
    expect(mistyped.stderr).to.equal("mien has no variables: there is no functions/.env.mien.\n");
    const impossible = { "functions/.env.mine": "MEETINGS_COLLECTION_PATH=bot_sessions\n" };
    expect(await run(impossible, "--project", "mine")).to.include({ status: 2, stdout: "" });
    expect(await run({}, "--unknown")).to.include({ status: 2 });
  });

  it("explains itself", async () => {
    const { status, stdout } = await run({}, "--help");
    expect(status).to.equal(0);
    expect(stdout).to.match(/^Usage: npm run --silent rules -- /);
  });
});
