import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { readConfig } from "../../../src/config.ts";
import { connectGke } from "../../../src/launchers/gke/launcher.ts";
import { CREATED, REQUEST, VALUES } from "./gke-under-test.ts";
import { ScriptedKubernetes } from "./scripted-kubernetes.ts";

describe("connectGke", () => {
  let kubernetes: ScriptedKubernetes;
  before(async () => {
    kubernetes = await ScriptedKubernetes.start();
  });
  after(() => kubernetes.stop());

  const config = readConfig({
    GCP_PROJECT_ID: "demo-test",
    GCS_BUCKET: "bucket",
    CLAIM_TTL_SECONDS: "120",
  });
  const connected = (values: Partial<typeof VALUES>) =>
    connectGke({ ...VALUES, ...values }, config);

  it("asks a local stand-in without credentials, for Jobs as they are configured", async () => {
    kubernetes.answer(CREATED);
    await connected({ endpoint: kubernetes.address }).launch(REQUEST);
    const [seen] = kubernetes.seen;
    expect(seen?.headers).to.not.have.property("authorization");
    expect(seen?.body).to.have.nested.property("spec.activeDeadlineSeconds", 3720);
    expect(seen?.body).to.have.nested.property("metadata.namespace", VALUES.namespace);
  });

  it("names what is missing", () => {
    expect(() => connected({}))
      .to.throw("GKE_CLUSTER_ENDPOINT")
      .with.property("name", "ConfigurationError");
    expect(() => connected({ clusterEndpoint: "192.0.2.1" })).to.throw("GKE_CLUSTER_CA");
  });

  describe("with a kubeconfig", () => {
    let folder: string;
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), "kubeconfig-"));
    });
    after(() => rm(folder, { recursive: true }));
    const written = async (content: object) => {
      const file = join(folder, "config");
      await writeFile(file, JSON.stringify(content));
      return file;
    };

    it("asks the cluster of its current context", async () => {
      const cluster = {
        server: `http://${kubernetes.address}`,
        "insecure-skip-tls-verify": true,
      };
      const kubeconfig = await written({
        "current-context": "here",
        contexts: [{ name: "here", context: { cluster: "c", user: "u" } }],
        clusters: [{ name: "c", cluster }],
        users: [{ name: "u", user: { token: "mine" } }],
      });
      kubernetes.answer(CREATED);
      await connected({ kubeconfig }).launch(REQUEST);
      expect(kubernetes.seen[0]?.headers).to.include({ authorization: "Bearer mine" });
    });

    it("says that it cannot be read, or names no cluster", async () => {
      const missing = join(folder, "missing");
      expect(() => connected({ kubeconfig: missing })).to.throw(`KUBECONFIG is "${missing}"`);
      const kubeconfig = await written({ "current-context": "gone", contexts: [], clusters: [] });
      expect(() => connected({ kubeconfig })).to.throw("names no cluster");
    });
  });
});
