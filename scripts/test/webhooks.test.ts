import { randomBytes } from "node:crypto";
import type { Firestore } from "@google-cloud/firestore";
import { FirestoreWebhookStore, type WebhookEndpoint } from "@meeting-bot/core";
import { expect } from "chai";
import { emulatorAddress, newProjectId, openFirestore } from "../../core/test/support/emulator.ts";
import { endpointSecret } from "../../functions/src/webhooks/signing.ts";
import { projectFolder, runScript } from "./project-folder.ts";

const URL_WITH_QUERY = "https://example.com/hooks?token=hidden";
const ID = "we_0123456789abcdef";

describe("npm run webhooks", function () {
  this.timeout(60_000);

  let projectId: string;
  let firestore: Firestore;
  beforeEach(() => {
    projectId = newProjectId();
    firestore = openFirestore(projectId);
  });
  afterEach(() => firestore.terminate());

  async function webhooks(args: string[], env: Record<string, string> = {}) {
    await using folder = await projectFolder({ [`functions/.env.${projectId}`]: "GCS_BUCKET=b\n" });
    const emulator = { FIRESTORE_EMULATOR_HOST: emulatorAddress() };
    const quiet = { METADATA_SERVER_DETECTION: "none" };
    return runScript("webhooks.ts", folder.path, { ...emulator, ...quiet, ...env }, ...args);
  }

  const inProject = (...args: string[]) => [...args, "--project", projectId];
  const ofOrg = (...args: string[]) => inProject(...args, "--organization", "org");
  const endpoints = (organizationId: string | null = "org"): Promise<WebhookEndpoint[]> =>
    new FirestoreWebhookStore(firestore).listEndpoints(organizationId);

  it("adds an endpoint, lists it without its URL's query, and removes it", async () => {
    const events = "recording.completed, recording.failed";
    const add = ofOrg("add", "--url", URL_WITH_QUERY, "--events", events, "--signed-urls");
    const added = await webhooks(add);
    const [endpoint] = await endpoints();
    const line = `${endpoint?.id} https://example.com/hooks?… recording.completed,recording.failed enabled\n`;
    expect(added).to.include({ status: 0, stdout: line, stderr: "" });
    expect(endpoint).to.deep.include({
      url: URL_WITH_QUERY,
      events: ["recording.completed", "recording.failed"],
      signedUrls: true,
    });

    expect(await webhooks(ofOrg("list"))).to.include({ status: 0, stdout: line });
    expect(await webhooks(inProject("list"))).to.include({ status: 0, stdout: "" });

    const removed = await webhooks(ofOrg("remove", endpoint?.id ?? ""));
    expect(removed).to.include({ status: 0, stdout: `${endpoint?.id} removed\n` });
    expect(await endpoints()).to.deep.equal([]);
  });

  it("adds one for the meetings that name no organisation", async () => {
    await webhooks(inProject("add", "--url", URL_WITH_QUERY, "--events", "bot.status_changed"));
    expect(await endpoints(null)).to.have.length(1);
    expect(await endpoints()).to.deep.equal([]);
  });

  it("enables one that was disabled", async () => {
    await webhooks(ofOrg("add", "--url", URL_WITH_QUERY, "--events", "recording.completed"));
    const [{ id } = { id: "" }] = await endpoints();
    await new FirestoreWebhookStore(firestore).disableEndpoint("org", id, "It answered 410 Gone.");
    expect((await webhooks(ofOrg("list"))).stdout).to.contain("disabled: It answered 410 Gone.");
    expect((await webhooks(ofOrg("enable", id))).stdout).to.match(/ enabled\n$/);
    expect((await endpoints())[0]).to.not.have.property("disabledAt");
  });

  it("prints the secrets that an endpoint's messages are signed with, the newest first", async () => {
    const masters = [1, 2].map(() => randomBytes(32).toString("base64url"));
    const env = { WEBHOOK_SECRETS: masters.join(" ") };
    const { status, stdout } = await webhooks(inProject("secret", ID), env);
    expect(status).to.equal(0);
    const secrets = masters.map((master) => endpointSecret(master, ID));
    expect(stdout).to.equal(`${secrets.join("\n")}\n`);
  });

  const ADD = ["add", "--url", URL_WITH_QUERY, "--events"];
  const WRONG: readonly [args: string[], told: string][] = [
    [[], "none of add, list, remove, enable, secret"],
    [["send"], '"send" is none of'],
    [["list", "more"], '"more" is one word too many'],
    [["remove", ID, "more"], '"more" is one word too many'],
    [["list", "--force"], "--force"],
    [["remove"], "The endpoint's id (we_…) is missing."],
    [["add", "--events", "recording.completed"], "--url is missing."],
    [
      [...ADD, "recording.finished"],
      '"recording.finished", but must be some of recording.completed',
    ],
    [["add", "--url", URL_WITH_QUERY], "--events"],
    [["add", "--url", "https://10.0.0.1/", "--events", "recording.failed"], "not a public one"],
  ];
  for (const [args, told] of WRONG) {
    it(`ends with 2 for "${args.join(" ")}", and says what is wrong`, async () => {
      const { status, stdout, stderr } = await webhooks(inProject(...args));
      expect({ status, stdout }).to.deep.equal({ status: 2, stdout: "" });
      expect(stderr).to.contain(told);
    });
  }

  it("ends with 2 where no project is named", async () => {
    const { status, stderr } = await webhooks(["list"]);
    expect(status).to.equal(2);
    expect(stderr).to.contain("--project is missing");
  });

  it("takes an endpoint without encryption only for the emulator", async () => {
    const local = ["add", "--url", "http://127.0.0.1:1/", "--events", "recording.failed"];
    expect(await webhooks(inProject(...local))).to.include({ status: 0 });
    const deployed = await webhooks(inProject(...local), { FIRESTORE_EMULATOR_HOST: "" });
    expect(deployed.status).to.equal(2);
    expect(deployed.stderr).to.contain("It must begin with https://.");
  });

  it("ends with 1 where it cannot be done", async () => {
    const unknown = await webhooks(inProject("remove", ID));
    expect(unknown).to.include({ status: 1, stderr: "There is no such endpoint.\n" });
    const unset = await webhooks(inProject("secret", ID));
    expect(unset.status).to.equal(1);
    expect(unset.stderr).to.contain("WEBHOOK_SECRETS is not set");
    const short = await webhooks(inProject("secret", ID), { WEBHOOK_SECRETS: "hidden" });
    expect(short.status).to.equal(1);
    expect(short.stderr).to.contain("32 characters").and.not.contain("hidden");
  });

  it("explains itself with --help", async () => {
    const { status, stdout } = await webhooks(["--help"]);
    expect(status).to.equal(0);
    for (const word of ["add", "remove", "--organization", "--signed-urls", "WEBHOOK_SECRETS"]) {
      expect(stdout).to.contain(word);
    }
  });
});
