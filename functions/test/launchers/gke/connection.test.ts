import { ConfigurationError, examineSettings, readSettings } from "@meeting-bot/core";
import { expect } from "chai";
import {
  type Connection,
  chooseConnection,
  connectionProblems,
} from "../../../src/launchers/gke/connection.ts";
import { gkeSettings } from "../../../src/launchers/gke/settings.ts";
import { CA } from "./gke-under-test.ts";

const IMAGES = { MANAGER_IMAGE: "manager", MEETING_BOT_IMAGE: "bot" };
const read = (environment: Record<string, string>) =>
  readSettings(gkeSettings, { ...IMAGES, ...environment }, connectionProblems);

const STAND_IN = { KUBERNETES_ENDPOINT: "127.0.0.1:8001" };
const FILE = { KUBECONFIG: "/home/me/.kube/config" };
const GOOGLE = { GKE_CLUSTER_ENDPOINT: "192.0.2.1", GKE_CLUSTER_CA: CA };
const POD = { KUBERNETES_SERVICE_HOST: "10.0.0.1" };
const ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";
const NAMED = { GKE_CLUSTER_ENDPOINT: "uid.us-central1.gke.goog" };

const CHOICES: [environment: Record<string, string>, connection: Connection][] = [
  [POD, { kind: "in-cluster", server: "https://10.0.0.1:443", account: ACCOUNT }],
  [
    { KUBERNETES_SERVICE_HOST: "fd00::1", KUBERNETES_SERVICE_PORT: "6443" },
    { kind: "in-cluster", server: "https://[fd00::1]:6443", account: ACCOUNT },
  ],
  [
    { ...POD, ...GOOGLE },
    { kind: "google", server: "https://192.0.2.1", ca: CA },
  ],
  [NAMED, { kind: "google", server: "https://uid.us-central1.gke.goog", ca: "" }],
  [
    { ...POD, ...GOOGLE, ...FILE },
    { kind: "kubeconfig", file: FILE.KUBECONFIG },
  ],
  [
    { ...POD, ...GOOGLE, ...FILE, ...STAND_IN },
    { kind: "stand-in", server: "http://127.0.0.1:8001" },
  ],
];

const PROBLEMS: Record<string, [environment: Record<string, string>, told: RegExp]> = {
  "no cluster": [{}, /^No Kubernetes cluster is named: set GKE_CLUSTER_ENDPOINT/],
  "an authority without an address": [{ GKE_CLUSTER_CA: CA }, /^No Kubernetes cluster is named/],
  "an address without its authority": [
    { GKE_CLUSTER_ENDPOINT: "192.0.2.1:443" },
    /^GKE_CLUSTER_CA is not set/,
  ],
  "an address with a scheme": [
    { ...GOOGLE, GKE_CLUSTER_ENDPOINT: "https://192.0.2.1" },
    /^GKE_CLUSTER_ENDPOINT is .* must be an address without https/,
  ],
  "an authority that is none": [
    { ...GOOGLE, GKE_CLUSTER_CA: "/etc/ca.pem" },
    /^GKE_CLUSTER_CA is .* must be a PEM certificate in base64/,
  ],
  "a stand-in elsewhere": [
    { KUBERNETES_ENDPOINT: "192.0.2.1:80" },
    /^KUBERNETES_ENDPOINT is .* must be an address on this machine/,
  ],
  "a Google service account for the pods": [
    { ...POD, JOB_SERVICE_ACCOUNT: "bot@project.iam.gserviceaccount.com" },
    /^JOB_SERVICE_ACCOUNT is .* must be the name of a Kubernetes service account/,
  ],
};

describe("the settings of the launcher gke", () => {
  for (const [environment, connection] of CHOICES) {
    it(`choose ${connection.kind} with ${Object.keys(environment).join(", ")}`, () => {
      expect(chooseConnection(read(environment))).to.deep.equal(connection);
    });
  }

  for (const [name, [environment, told]] of Object.entries(PROBLEMS)) {
    it(`tell that there is ${name}, and nothing else`, () => {
      const { problems } = examineSettings(
        gkeSettings,
        { ...IMAGES, ...environment },
        connectionProblems,
      );
      expect(problems).to.have.length(1);
      expect(problems[0]).to.match(told);
      expect(() => read(environment)).to.throw(ConfigurationError);
    });
  }
});
