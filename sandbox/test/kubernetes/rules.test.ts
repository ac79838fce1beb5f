import type { V1JobSpec, V1PodFailurePolicyRule } from "@kubernetes/client-node";
import { expect } from "chai";
import { checkJob } from "../../src/kubernetes/job-rules.ts";
import { jobOf, shell, sidecar } from "./local-kubernetes.ts";

const POD = "spec.template.spec";
const RULE = "spec.podFailurePolicy.rules[0]";
const LABEL = "a lowercase RFC 1123 label must consist of";

/** What is found wrong, as `field: message`, shortened to the length of what is expected. */
function problems(job: Parameters<typeof checkJob>[0]): string[] {
  return checkJob(job).map(({ field, message }) => `${field}: ${message}`);
}

function named(name: string) {
  return jobOf(name);
}

function labelled(labels: Record<string, string>) {
  return { ...jobOf("a"), metadata: { name: "a", labels } };
}

function withSpec(spec: Partial<V1JobSpec>) {
  return jobOf("a", {}, spec);
}

function withRule(rule: V1PodFailurePolicyRule) {
  return withSpec({ podFailurePolicy: { rules: [rule] } });
}

function onCodes(operator: string, values: number[], containerName?: string) {
  const onExitCodes = { operator, values, ...(containerName && { containerName }) };
  return withRule({ action: "FailJob", onExitCodes });
}

function withContainer(more: Parameters<typeof shell>[2]) {
  return jobOf("a", { containers: [shell("m", "", more)] });
}

function withInit(init: ReturnType<typeof shell>) {
  return jobOf("a", { initContainers: [init] });
}

function withClaim(spec: object) {
  const volumes = [{ name: "scratch", ephemeral: { volumeClaimTemplate: { spec } } }];
  return jobOf("a", { volumes });
}

const broken: [string, ReturnType<typeof jobOf>, string[]][] = [
  ["no name", { ...jobOf("a"), metadata: {} }, ["metadata.name: Required value: name or"]],
  ["capital letters in the name", named("Job"), [`metadata.name: Invalid value: "Job": ${LABEL}`]],
  ["dots in the name", named("a.b"), [`metadata.name: Invalid value: "a.b": ${LABEL}`]],
  [
    "a name of 64 characters",
    named("a".repeat(64)),
    [`metadata.name: Invalid value: "${"a".repeat(64)}": must be no more than 63 bytes`],
  ],
  [
    "a slash in a label",
    labelled({ a: "b/c" }),
    ['metadata.labels: Invalid value: "b/c": a valid'],
  ],
  [
    "a label of 64 characters",
    labelled({ a: "b".repeat(64) }),
    [`metadata.labels: Invalid value: "${"b".repeat(64)}": must be no more than 63`],
  ],
  [
    "a label's key with two slashes",
    labelled({ "a/b/c": "" }),
    ['metadata.labels: Invalid value: "a/b/c": name part must'],
  ],
  [
    "a key of an annotation with a space",
    { ...jobOf("a"), metadata: { name: "a", annotations: { "a b": "" } } },
    ['metadata.annotations: Invalid value: "a b": name part must'],
  ],
  [
    "a negative deadline",
    withSpec({ activeDeadlineSeconds: -1 }),
    ["spec.activeDeadlineSeconds: Invalid value: -1: must be greater than or equal to 0"],
  ],
  [
    "a selector",
    withSpec({ selector: { matchLabels: { a: "b" } } }),
    ['spec.selector: Invalid value: {"matchLabels":{"a":"b"}}: `selector` not auto-generated'],
  ],
  [
    "no restart policy",
    withSpec({ template: { spec: { containers: [shell("m", "")] } } }),
    [`${POD}.restartPolicy: Unsupported value: "Always": supported values: "OnFailure", "Never"`],
  ],
  ["no containers", jobOf("a", { containers: [] }), [`${POD}.containers: Required value`]],
  [
    "two containers of one name",
    jobOf("a", { initContainers: [sidecar("")], containers: [shell("bot", "")] }),
    [`${POD}.containers[0].name: Duplicate value: "bot"`],
  ],
  ["no image", withContainer({ image: "" }), [`${POD}.containers[0].image: Required value`]],
  [
    "an equals sign in a variable's name",
    withContainer({ env: [{ name: "A=B", value: "" }] }),
    [`${POD}.containers[0].env[0].name: Invalid value: "A=B": a valid environment variable`],
  ],
  [
    "a mount of a volume that does not exist",
    withContainer({ volumeMounts: [{ name: "none", mountPath: "/n" }] }),
    [`${POD}.containers[0].volumeMounts[0].name: Not found: "none"`],
  ],
  [
    "a request above its limit",
    withContainer({ resources: { requests: { cpu: "2" }, limits: { cpu: "1500m" } } }),
    [
      `${POD}.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1500m`,
    ],
  ],
  [
    "a restart policy of a main container",
    withContainer({ restartPolicy: "Always" }),
    [`${POD}.containers[0].restartPolicy: Forbidden: may not be set for non-init containers`],
  ],
  [
    "a probe that asks nothing",
    withContainer({ startupProbe: {} }),
    [`${POD}.containers[0].startupProbe: Required value: must specify a handler type`],
  ],
  [
    "a probe that asks twice",
    withContainer({ startupProbe: { httpGet: { port: 1 }, tcpSocket: { port: 1 } } }),
    [`${POD}.containers[0].startupProbe: Forbidden: may not specify more than 1 handler type`],
  ],
  [
    "an init container that is restarted on failure",
    withInit(sidecar("", { restartPolicy: "OnFailure" })),
    [
      `${POD}.initContainers[0].restartPolicy: Unsupported value: "OnFailure": supported values: "Always"`,
    ],
  ],
  [
    "a probe of an init container that is no sidecar",
    withInit(shell("init", "", { startupProbe: { tcpSocket: { port: 1 } } })),
    [
      `${POD}.initContainers[0].startupProbe: Forbidden: may not be set for init containers without`,
    ],
  ],
  [
    "two volumes of one name",
    jobOf("a", { volumes: [{ name: "v" }, { name: "v" }] }),
    [`${POD}.volumes[1].name: Duplicate value: "v"`],
  ],
  [
    "a claim without an access mode and a size",
    withClaim({}),
    [
      `${POD}.volumes[0].ephemeral.volumeClaimTemplate.spec.accessModes: Required value: at least 1`,
      `${POD}.volumes[0].ephemeral.volumeClaimTemplate.spec.resources[storage]: Required value`,
    ],
  ],
  [
    "a failure policy with restarts",
    jobOf(
      "a",
      { restartPolicy: "OnFailure" },
      { podFailurePolicy: { rules: [{ action: "Ignore", onPodConditions: [{ type: "T" }] }] } },
    ),
    [`${POD}.restartPolicy: Invalid value: "OnFailure": only "Never" is supported when`],
  ],
  [
    "a failure policy with early replacement",
    withSpec({ podFailurePolicy: { rules: [] }, podReplacementPolicy: "TerminatingOrFailed" }),
    [
      'spec.podReplacementPolicy: Unsupported value: "TerminatingOrFailed": supported values: "Failed"',
    ],
  ],
  ["a rule for nothing", withRule({ action: "Count" }), [`${RULE}: Invalid value: `]],
  [
    "an unknown action",
    withRule({ action: "Panic", onPodConditions: [{ type: "T" }] }),
    [`${RULE}.action: Unsupported value: "Panic": supported values: "Count", `],
  ],
  [
    "an exit code of 0",
    onCodes("In", [0]),
    [`${RULE}.onExitCodes.values[0]: Invalid value: 0: must not be 0 for the In operator`],
  ],
  [
    "exit codes out of order",
    onCodes("In", [2, 1]),
    [`${RULE}.onExitCodes.values: Invalid value: [2,1]: must be ordered`],
  ],
  [
    "a rule for a container that does not exist",
    onCodes("In", [1], "none"),
    [`${RULE}.onExitCodes.containerName: Invalid value: "none": must be one of the container or`],
  ],
];

const fine: [string, ReturnType<typeof jobOf>][] = [
  ["a plain job", jobOf("a")],
  ["a name of 63 characters", named("a".repeat(63))],
  ["an empty label, and one with a prefix", labelled({ a: "", "example.com/b": "c_d.e-f" })],
  ["a rule for exit codes", onCodes("In", [1, 2, 70], "manager")],
  ["a rule for conditions", withRule({ action: "Ignore", onPodConditions: [{ type: "T" }] })],
  ["a sidecar with a probe", withInit(sidecar("", { startupProbe: { tcpSocket: { port: 1 } } }))],
  [
    "a request at its limit",
    withContainer({ resources: { requests: { cpu: "1" }, limits: { cpu: "1000m" } } }),
  ],
  [
    "a claim for a disk",
    withClaim({ accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "20Gi" } } }),
  ],
];

describe("the rules for a job", () => {
  for (const [what, job, expected] of broken) {
    it(`are broken by ${what}`, () => {
      const found = problems(job);
      expect(found).to.have.length(expected.length);
      for (const [index, beginning] of expected.entries()) {
        expect(found[index]?.slice(0, beginning.length)).to.equal(beginning);
      }
    });
  }

  for (const [what, job] of fine) {
    it(`allow ${what}`, () => {
      expect(problems(job)).to.deep.equal([]);
    });
  }
});
