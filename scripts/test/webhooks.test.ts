import { randomBytes } from "node:crypto";
import { FirestoreWebhookStore, type WebhookEndpoint } from "@meeting-bot/core";
import { expect } from "chai";
import { endpointSecret } from "../../functions/src/webhooks/signing.ts";
import { useScriptOnDatabase } from "./script-on-database.ts";

const URL_WITH_QUERY = "https://example.com/hooks?token=hidden";
const ID = "we_0123456789abcdef";

describe("npm run webhooks", function () {
  this.timeout(60_000);
  const script = useScriptOnDatabase("webhooks.ts");
  const webhooks = (args: string[], env: Record<string, string> = {}) => script.run(args, { env });
  const inProject = (...args: string[]) => [...args, "--project", script.projectId];
  const ofOrg = (...args: string[]) => inProject(...args, "--organization", "org");
  const endpoints = (organizationId: string | null = "org"): Promise<WebhookEndpoint[]> =>
    new FirestoreWebhookStore(script.firestore).listEndpoints(organizationId);

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
    await new FirestoreWebhookStore(script.firestore).disableEndpoint(
      "org",
      id,
      "It answered 410 Gone.",
    );
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

  it("ends with 2 for an address that cannot be an endpoint, and for what it does not know", async () => {
    const add = ["add", "--url", "https://10.0.0.1/", "--events", "recording.failed"];
    const refused = await webhooks(inProject(...add));
    expect(refused).to.include({ status: 2, stdout: "" });
    expect(refused.stderr).to.contain("not a public one");
    expect(await webhooks(inProject("send"))).to.include({ status: 2, stdout: "" });
  });

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
