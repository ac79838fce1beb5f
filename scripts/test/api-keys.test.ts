import { HOUR } from "@meeting-bot/core";
import { expect } from "chai";
import { accepts, parseApiKey } from "../../functions/src/api/authentication/api-key.ts";
import { FirestoreApiKeys } from "../../functions/src/api/firestore/firestore-api-keys.ts";
import { useScriptOnDatabase } from "./script-on-database.ts";

const PROBLEM_CODES = { couldNot: 1, calledWrongly: 2 };

describe("npm run api-keys", function () {
  this.timeout(60_000);
  const script = useScriptOnDatabase("api-keys.ts");
  const run = (...args: string[]) => script.run(args);
  const runHere = (...args: string[]) => run(...args, "--project", script.projectId);

  async function create(organization = "acme", name = "reports"): Promise<string> {
    const made = await runHere("create", "--organization", organization, "--name", name);
    expect(made.stderr).to.equal("");
    return made.stdout.trim();
  }

  /** Whether the API would take a key, so much later. */
  async function isGood(text: string, laterMs = 0): Promise<boolean> {
    const { id = "", secret = "" } = parseApiKey(text) ?? {};
    const key = await new FirestoreApiKeys(script.firestore).find(id);
    return key !== undefined && accepts(key, secret, Date.now() + laterMs);
  }

  it("makes a key that the API takes, and keeps no secret", async () => {
    const key = await create();
    expect(await isGood(key)).to.equal(true);
    const { docs } = await script.firestore.collection("bot_api_keys").get();
    expect(docs.map((doc) => [doc.get("organization_id"), doc.get("name")])).to.deep.equal([
      ["acme", "reports"],
    ]);
    expect(JSON.stringify(docs[0]?.data())).not.to.contain(key.slice(-43));
  });

  it("lists an organisation's keys, without their secrets", async () => {
    const [mine, theirs] = [await create(), await create("umbrella")];
    const { stdout } = await runHere("list", "--organization", "acme");
    expect(stdout).to.match(/^[a-z0-9]{16}\tgood\t\S+\treports\n$/);
    expect(stdout).to.contain(mine.split("_")[1]).and.not.contain(theirs.split("_")[1]);
    expect(stdout).not.to.contain(mine.slice(-43));
  });

  it("replaces a key by another one, and lets both be good for a while", async () => {
    const former = await create();
    const [, id = ""] = former.split("_");
    const { stdout } = await runHere("rotate", "--key", id, "--overlap", "2");
    const latter = stdout.trim();
    expect(latter).not.to.equal(former);
    expect([await isGood(former), await isGood(latter)]).to.deep.equal([true, true]);
    expect(await isGood(former, 3 * HOUR)).to.equal(false);
    expect(await isGood(latter, 3 * HOUR)).to.equal(true);
    const listed = await runHere("list", "--organization", "acme");
    expect(listed.stdout).to.contain("good until");
  });

  it("revokes a key at once, and only that", async () => {
    const [key, other] = [await create(), await create()];
    const [, id = ""] = key.split("_");
    for (const _ of [1, 2]) expect((await runHere("revoke", "--key", id)).status).to.equal(0);
    expect([await isGood(key), await isGood(other)]).to.deep.equal([false, true]);
    const rotated = await runHere("rotate", "--key", id);
    expect(rotated.status).to.equal(PROBLEM_CODES.couldNot);
    expect(rotated.stderr).to.contain("not good any more");
  });

  it("says that there is no such key", async () => {
    const { status, stderr } = await runHere("revoke", "--key", "0123456789abcdef");
    expect(status).to.equal(PROBLEM_CODES.couldNot);
    expect(stderr).to.contain("There is no key");
  });

  it("says what is wrong with how it was called, and writes nothing", async () => {
    const { status, stderr } = await run("create", "--organization", "acme", "--name", "n");
    expect(status).to.equal(PROBLEM_CODES.calledWrongly);
    expect(stderr).to.contain("--project is missing");
    expect((await script.firestore.collection("bot_api_keys").get()).size).to.equal(0);
  });

  it("explains itself", async () => {
    const { status, stdout } = await run("--help");
    expect(status).to.equal(0);
    for (const word of ["create", "list", "rotate", "revoke", "--overlap"]) {
      expect(stdout).to.contain(word);
    }
  });
});
