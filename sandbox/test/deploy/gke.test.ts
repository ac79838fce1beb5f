import { readdir, readFile } from "node:fs/promises";
import { expect } from "chai";
import { parse } from "yaml";
import { CALLS, type Call } from "../../../functions/src/launchers/gke/calls.ts";
import { gkeSettings } from "../../../functions/src/launchers/gke/settings.ts";

const FOLDER = new URL("../../../deploy/gke/", import.meta.url);

const VALUES: Readonly<Record<string, string>> = {
  KUBERNETES_NAMESPACE: "bots",
  JOB_SERVICE_ACCOUNT: "recorder",
  GCP_PROJECT_ID: "demo-test",
  FUNCTIONS_SERVICE_ACCOUNT: "functions@demo-test.iam.gserviceaccount.com",
};

interface Rule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
}

/** A manifest as `envsubst` leaves it. */
async function manifest(name: string) {
  const template = await readFile(new URL(name, FOLDER), "utf8");
  return parse(template.replace(/\$\{(\w+)\}/g, (_, variable: string) => VALUES[variable] ?? ""));
}

function callsOf({ apiGroups, resources, verbs }: Rule): Call[] {
  return apiGroups.flatMap((apiGroup) =>
    resources.flatMap((resource) => verbs.map((verb) => ({ apiGroup, resource, verb }))),
  );
}

describe("deploy/gke", () => {
  it("allows the calls that the launcher makes, and no other", async () => {
    const { kind, rules } = await manifest("role.yaml");
    expect(kind).to.equal("Role");
    expect(rules.flatMap(callsOf)).to.have.deep.members([...CALLS]);
  });

  it("names no object and no URL in its rules, which would allow more or less than that", async () => {
    const { rules } = await manifest("role.yaml");
    for (const rule of rules) expect(rule).to.have.all.keys("apiGroups", "resources", "verbs");
  });

  it("gives the role to the functions, and to nobody else", async () => {
    const role = await manifest("role.yaml");
    const { roleRef, subjects } = await manifest("role-binding.yaml");
    expect(roleRef).to.include({ kind: role.kind, name: role.metadata.name });
    expect(subjects).to.deep.equal([
      {
        apiGroup: "rbac.authorization.k8s.io",
        kind: "User",
        name: VALUES["FUNCTIONS_SERVICE_ACCOUNT"],
      },
    ]);
  });

  it("ties the pods' service account to Google's of the same name, without a token for Kubernetes", async () => {
    const account = await manifest("service-account.yaml");
    expect(account.metadata).to.deep.equal({
      name: "recorder",
      namespace: "bots",
      annotations: {
        "iam.gke.io/gcp-service-account": "recorder@demo-test.iam.gserviceaccount.com",
      },
    });
    expect(account.automountServiceAccountToken).to.equal(false);
  });

  it("has everything in one namespace, which enforces the restricted standard", async () => {
    const { metadata } = await manifest("namespace.yaml");
    expect(metadata.name).to.equal("bots");
    expect(metadata.labels).to.deep.equal({ "pod-security.kubernetes.io/enforce": "restricted" });
    for (const name of ["role.yaml", "role-binding.yaml", "service-account.yaml"]) {
      expect((await manifest(name)).metadata.namespace).to.equal("bots");
    }
  });

  it("explains each manifest and each variable that is filled in, and every setting that it names", async () => {
    const readme = await readFile(new URL("README.md", FOLDER), "utf8");
    const manifests = (await readdir(FOLDER)).filter((name) => name.endsWith(".yaml"));
    for (const name of manifests) {
      expect(readme).to.contain(`\`${name}\``);
      const text = await readFile(new URL(name, FOLDER), "utf8");
      for (const [, variable = ""] of text.matchAll(/\$\{(\w+)\}/g)) {
        expect(VALUES).to.have.property(variable);
        expect(readme).to.contain(`export ${variable}=`);
      }
    }
    const known = Object.values(gkeSettings).map(({ name }) => name);
    const [, block = ""] = /## Tell the functions\n+```sh\n([^`]+)```/.exec(readme) ?? [];
    const named = [...block.matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name);
    expect(["LAUNCHER", ...known]).to.include.members(named);
  });
});
