import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";
import { expect } from "chai";

/** Where npm asks for what is known of packages: names with their versions, gzipped. */
const ADVISORIES = "/-/npm/v1/security/advisories/bulk";

const WORKFLOW = readFileSync(".github/workflows/ci.yml", "utf8");

/** The workflow's steps that audit what is deployed. */
const AUDITS = [
  ...WORKFLOW.matchAll(/- run: (npm audit .*)(?:\n +working-directory: (\S+))?/g),
].map(([, command = "", folder = "."]) => ({ command, folder }));

const PARTS = [
  { part: "the manager", folder: ".", used: "@google-cloud/storage" },
  { part: "the functions", folder: "functions", used: "firebase-functions" },
];
/** What only builds and tests. */
const NOT_DEPLOYED = ["mocha", "typescript"];

/** A registry that knows of one package what is wrong with it, and nothing else. */
class Registry {
  /** What it was asked for, by name. */
  asked: Record<string, string[]> = {};
  advisory: { name: string; severity: string } | undefined;
  readonly #server: Server;
  #id = Date.now();

  constructor() {
    this.#server = createServer(async (request, response) => {
      const chunks: Buffer[] = await request.toArray();
      if (request.url !== ADVISORIES) return response.writeHead(404).end("{}");
      this.asked = JSON.parse(gunzipSync(Buffer.concat(chunks)).toString());
      return response.end(JSON.stringify(this.#known()));
    });
  }

  #known(): Record<string, object[]> {
    const { name = "", severity } = this.advisory ?? {};
    if (!(name in this.asked)) return {};
    // npm remembers from run to run what it was told of an id.
    this.#id += 1;
    const about = { id: this.#id, url: "https://example.com/1", title: "It lets everybody in" };
    return { [name]: [{ ...about, severity, vulnerable_versions: "*" }] };
  }

  async start(): Promise<void> {
    await once(this.#server.listen(0, "127.0.0.1"), "listening");
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, "close");
  }
}

describe("the audit of what is deployed", function () {
  this.timeout(60_000);
  let registry: Registry;

  before(async () => {
    registry = new Registry();
    await registry.start();
  });
  after(() => registry.stop());

  /** Runs the workflow's step for a folder, on this registry. */
  async function audit(folder: string): Promise<{ code: number; output: string }> {
    const command = AUDITS.find((step) => step.folder === folder)?.command ?? "false";
    const args = ["-c", `${command} --registry ${registry.url}`];
    const child = spawn("sh", args, { cwd: folder });
    const [output, [code]] = await Promise.all([text(child.stdout), once(child, "exit")]);
    return { code, output };
  }

  for (const { part, folder, used } of PARTS) {
    it(`lets ${part} pass when a package has a moderate advisory, and asks of what is deployed alone`, async () => {
      registry.advisory = { name: used, severity: "moderate" };
      const { code, output } = await audit(folder);
      expect(code, output).to.equal(0);
      expect(output).to.contain(used).and.contain("moderate");
      expect(registry.asked)
        .to.include.keys(used)
        .and.not.have.any.keys(...NOT_DEPLOYED);
    });

    it(`stops ${part} when a package has one that is high`, async () => {
      registry.advisory = { name: used, severity: "high" };
      const { code, output } = await audit(folder);
      expect(code, output).to.equal(1);
      expect(output).to.contain(used);
    });
  }
});
