import type {
  V1Job,
  V1JobSpec,
  V1PodFailurePolicyOnExitCodesRequirement,
  V1PodFailurePolicyRule,
} from "@kubernetes/client-node";
import { checkAnnotations, checkDnsLabel, checkLabels } from "./names.ts";
import { checkPod } from "./pod-rules.ts";
import { forbidden, invalid, notNegative, oneOf, required } from "./problems.ts";
import type { FieldProblem } from "./status.ts";

const POLICY = "spec.podFailurePolicy.rules";

/**
 * What the API server finds wrong with a Job that fits the schema, in its words.
 * One rule is stricter than its own: a name with dots, which it accepts with a warning, is refused.
 */
export function checkJob(job: V1Job): FieldProblem[] {
  const { name, labels, annotations } = job.metadata ?? {};
  if (name === undefined) {
    return [required("metadata.name", "name or generateName is required")];
  }
  return [
    ...checkDnsLabel("metadata.name", name),
    ...checkLabels("metadata.labels", labels),
    ...checkAnnotations("metadata.annotations", annotations),
    ...(job.spec ? checkSpec(job.spec) : [required("spec.template.spec.containers")]),
  ];
}

function checkSpec(spec: V1JobSpec): FieldProblem[] {
  const { metadata, spec: pod } = spec.template;
  const template = "spec.template";
  return [
    ...notNegative("spec.parallelism", spec.parallelism),
    ...notNegative("spec.completions", spec.completions),
    ...notNegative("spec.activeDeadlineSeconds", spec.activeDeadlineSeconds),
    ...notNegative("spec.backoffLimit", spec.backoffLimit),
    ...notNegative("spec.ttlSecondsAfterFinished", spec.ttlSecondsAfterFinished),
    ...checkSelector(spec),
    ...checkLabels(`${template}.labels`, metadata?.labels),
    ...checkAnnotations(`${template}.annotations`, metadata?.annotations),
    ...(pod ? checkPod(`${template}.spec`, pod) : [required(`${template}.spec.containers`)]),
    // A Pod's own default, which a Job may not have.
    ...oneOf(`${template}.spec.restartPolicy`, pod?.restartPolicy ?? "Always", [
      "OnFailure",
      "Never",
    ]),
    ...checkFailurePolicy(spec),
  ];
}

function checkSelector({ selector, manualSelector }: V1JobSpec): FieldProblem[] {
  if (selector === undefined || manualSelector) return [];
  return [invalid("spec.selector", selector, "`selector` not auto-generated")];
}

function checkFailurePolicy(spec: V1JobSpec): FieldProblem[] {
  const { podFailurePolicy, podReplacementPolicy, template } = spec;
  if (podFailurePolicy === undefined) {
    const known = ["Failed", "TerminatingOrFailed"];
    return oneOf("spec.podReplacementPolicy", podReplacementPolicy ?? "Failed", known);
  }
  const { restartPolicy, containers = [], initContainers = [] } = template.spec ?? {};
  const names = [...containers, ...initContainers].map(({ name }) => name);
  const why = 'only "Never" is supported when podFailurePolicy is specified';
  return [
    ...(restartPolicy === "Never"
      ? []
      : [invalid("spec.template.spec.restartPolicy", restartPolicy, why)]),
    ...oneOf("spec.podReplacementPolicy", podReplacementPolicy ?? "Failed", ["Failed"]),
    ...podFailurePolicy.rules.flatMap((rule, index) =>
      checkRule(`${POLICY}[${index}]`, rule, names),
    ),
  ];
}

function checkRule(field: string, rule: V1PodFailurePolicyRule, names: string[]): FieldProblem[] {
  const { action, onExitCodes, onPodConditions = [] } = rule;
  const conditions = onPodConditions.length > 0;
  const count = Number(onExitCodes !== undefined) + Number(conditions);
  const both = "specifying both OnExitCodes and OnPodConditions is not supported";
  const none = "specifying one of OnExitCodes and OnPodConditions is required";
  return [
    ...(action === "FailIndex" ? [forbidden(`${field}.action`, "needs backoffLimitPerIndex")] : []),
    ...oneOf(`${field}.action`, action, ["Count", "FailIndex", "FailJob", "Ignore"]),
    ...(count === 1 ? [] : [invalid(field, rule, count === 0 ? none : both)]),
    ...(onExitCodes ? checkExitCodes(`${field}.onExitCodes`, onExitCodes, names) : []),
    ...onPodConditions.flatMap(({ status = "True" }, index) =>
      oneOf(`${field}.onPodConditions[${index}].status`, status, ["False", "True", "Unknown"]),
    ),
  ];
}

function checkExitCodes(
  field: string,
  { operator, values, containerName }: V1PodFailurePolicyOnExitCodesRequirement,
  names: string[],
): FieldProblem[] {
  const unknown = containerName !== undefined && !names.includes(containerName);
  const where = "must be one of the container or initContainer names in the pod template";
  const ordered = values.every((value, index) => index === 0 || value > (values[index - 1] ?? 0));
  const zero = operator === "In" ? values.indexOf(0) : -1;
  return [
    ...oneOf(`${field}.operator`, operator, ["In", "NotIn"]),
    ...(unknown ? [invalid(`${field}.containerName`, containerName, where)] : []),
    ...(values.length === 0
      ? [invalid(`${field}.values`, values, "at least one value is required")]
      : []),
    ...(values.length > 255
      ? [invalid(`${field}.values`, values.length, "must have at most 255 items")]
      : []),
    ...(ordered
      ? []
      : [invalid(`${field}.values`, values, "must be ordered and without duplicates")]),
    ...(zero < 0
      ? []
      : [invalid(`${field}.values[${zero}]`, 0, "must not be 0 for the In operator")]),
  ];
}
