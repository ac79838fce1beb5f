import type { V1Container, V1Job, V1JobSpec, V1PodSpec, V1Probe } from "@kubernetes/client-node";

/** Epoch milliseconds. */
export type Instant = number;

/** What the API server makes of a Job when it accepts it. */
export type Identity = {
  namespace: string;
  uid: string;
  createdAt: Instant;
  resourceVersion: string;
};

/** A Job as it is kept: with its identity, the defaults, and the labels that tie its pods to it. */
export function admit(job: V1Job, identity: Identity): V1Job {
  const { namespace, uid, createdAt, resourceVersion } = identity;
  const { template, ...spec } = job.spec ?? { template: {} };
  const name = job.metadata?.name ?? "";
  const labels = { ...template.metadata?.labels, ...trackingLabels(name, uid) };
  const own = job.metadata?.labels ?? {};
  return {
    ...job,
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: {
      ...job.metadata,
      // Without labels of its own a Job takes those of its template.
      labels: Object.keys(own).length > 0 ? own : labels,
      namespace,
      uid,
      resourceVersion,
      generation: 1,
      creationTimestamp: new Date(createdAt),
    },
    spec: {
      ...specDefaults(spec),
      selector: { matchLabels: { "batch.kubernetes.io/controller-uid": uid } },
      template: {
        ...template,
        metadata: { ...template.metadata, labels },
        spec: podWithDefaults(template.spec ?? { containers: [] }),
      },
    },
  };
}

function trackingLabels(name: string, uid: string): Record<string, string> {
  return {
    "batch.kubernetes.io/controller-uid": uid,
    "batch.kubernetes.io/job-name": name,
    "controller-uid": uid,
    "job-name": name,
  };
}

function specDefaults(spec: Omit<V1JobSpec, "template">): Omit<V1JobSpec, "template"> {
  return {
    parallelism: 1,
    completions: 1,
    completionMode: "NonIndexed",
    backoffLimit: 6,
    manualSelector: false,
    suspend: false,
    podReplacementPolicy: spec.podFailurePolicy ? "Failed" : "TerminatingOrFailed",
    ...spec,
  };
}

function podWithDefaults(pod: V1PodSpec): V1PodSpec {
  const { initContainers } = pod;
  return {
    dnsPolicy: "ClusterFirst",
    schedulerName: "default-scheduler",
    securityContext: {},
    terminationGracePeriodSeconds: 30,
    ...pod,
    containers: pod.containers.map(containerWithDefaults),
    ...(initContainers && { initContainers: initContainers.map(containerWithDefaults) }),
  };
}

function containerWithDefaults(container: V1Container): V1Container {
  const { image = "", startupProbe } = container;
  const latest = image.endsWith(":latest") || !/[:@][^/]*$/.test(image);
  return {
    imagePullPolicy: latest ? "Always" : "IfNotPresent",
    resources: {},
    terminationMessagePath: "/dev/termination-log",
    terminationMessagePolicy: "File",
    ...container,
    ...(startupProbe && { startupProbe: probeWithDefaults(startupProbe) }),
  };
}

function probeWithDefaults(probe: V1Probe): V1Probe {
  const { httpGet } = probe;
  return {
    failureThreshold: 3,
    periodSeconds: 10,
    successThreshold: 1,
    timeoutSeconds: 1,
    ...probe,
    ...(httpGet && { httpGet: { path: "/", scheme: "HTTP", ...httpGet } }),
  };
}
