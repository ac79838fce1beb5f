import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import type { Firestore } from "@google-cloud/firestore";
import { expect } from "chai";
import {
  emulatorAddress,
  newProjectId,
  openFirestore,
} from "../../../core/test/support/emulator.ts";
import { formatApiKey, hashSecret, mintApiKey } from "../../src/api/authentication/api-key.ts";
import { FirestoreApiKeys } from "../../src/api/firestore/firestore-api-keys.ts";
import { BUNDLE, ensureBuilt } from "../support/build.ts";

/** Serves the function of the bundle, and tells the port. */
const SCRIPT = `
  import { createServer } from "node:http";
  const { api } = await import(process.argv[1]);
  const server = createServer(api).listen(0, "127.0.0.1", () => console.log(server.address().port));
`;

describe("the function that is deployed", function () {
  this.timeout(60_000);

  const projectId = newProjectId();
  let firestore: Firestore;
  let functions: ChildProcess;
  let address: string;
  before(async () => {
    await ensureBuilt();
    firestore = openFirestore(projectId);
    const bundle = pathToFileURL(resolve(BUNDLE)).href;
    const env = {
      PATH: process.env["PATH"],
      GCLOUD_PROJECT: projectId,
      GCS_BUCKET: "recordings",
      FIRESTORE_EMULATOR_HOST: emulatorAddress(),
      METADATA_SERVER_DETECTION: "none",
    };
    functions = spawn(process.execPath, ["--input-type=module", "--eval", SCRIPT, bundle], {
      env,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const lines = createInterface({ input: functions.stdout ?? process.stdin });
    const [port] = await once(lines, "line");
    address = `http://127.0.0.1:${port}`;
  });
  after(async () => {
    const ended = once(functions, "exit");
    functions.kill();
    await Promise.all([ended, firestore.terminate()]);
  });

  it("shows the description that comes with it", async () => {
    const response = await fetch(`${address}/v1/openapi.json`);
    expect(response.status).to.equal(200);
    expect(await response.json()).to.have.property("openapi");
  });

  it("writes the meeting of whoever has a key, and refuses everybody else", async () => {
    const shown = mintApiKey(randomBytes);
    await new FirestoreApiKeys(firestore).create({
      id: shown.id,
      organizationId: "acme",
      name: "test",
      secretHash: hashSecret(shown.secret),
      createdAt: Date.now(),
    });
    const ask = (token: string) =>
      fetch(`${address}/v1/meetings`, {
        method: "POST",
        headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
        body: JSON.stringify({ meeting_url: "https://meet.google.com/abc-defg-hij" }),
      });
    const [known, unknown] = [await ask(formatApiKey(shown)), await ask("not-a-token")];
    expect([known.status, unknown.status]).to.deep.equal([201, 401]);
    const { docs } = await firestore.collection("meetings").get();
    expect(docs.map((doc) => doc.get("creator_organization_id"))).to.deep.equal(["acme"]);
  });
});
