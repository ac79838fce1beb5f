import { hashOf } from "@meeting-bot/core";

/** A Job's namespace and name, which are together the name of an execution. */
export interface JobId {
  namespace: string;
  name: string;
}

const NAME_PREFIX = "meeting-bot-";
const SCOPE = "meeting-bot/scope";
const INSTANCE = "meeting-bot/instance";

/** What a label's value may be (Kubernetes, "Labels and Selectors"); an annotation's may be anything. */
const LABEL_VALUE = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

/**
 * The name of the Job for a claim. A token is a UUID: 48 characters, of the 63 that the pods' labels have
 * room for, of the alphabet of RFC 1123.
 */
export function jobNameOf(token: string): string {
  return `${NAME_PREFIX}${token}`;
}

/** The claim that a Job was made for; undefined when it was not made here. */
export function tokenOf(jobName: string): string | undefined {
  return jobName.startsWith(NAME_PREFIX) ? jobName.slice(NAME_PREFIX.length) : undefined;
}

/** `namespace/name`: a namespace that is configured later does not hide what runs in this one. */
export function executionNameOf({ namespace, name }: JobId): string {
  return `${namespace}/${name}`;
}

/** The Job behind an execution's name. */
export function jobIdOf(executionName: string): JobId {
  const [namespace = "", name = ""] = executionName.split("/");
  return { namespace, name };
}

/** What a Job and its pods are found by. A label has no room for a scope, nor for every id. */
export function labelsOf(instanceId: string, scope: string): Record<string, string> {
  return {
    "app.kubernetes.io/name": "meeting-bot",
    "app.kubernetes.io/component": "recorder",
    "app.kubernetes.io/managed-by": "meeting-bot-functions",
    [SCOPE]: digestOf(scope),
    ...(LABEL_VALUE.test(instanceId) && { [INSTANCE]: instanceId }),
  };
}

/** Whom a Job belongs to, in full. */
export function annotationsOf(instanceId: string, scope: string): Record<string, string> {
  return { [SCOPE]: scope, [INSTANCE]: instanceId };
}

/** What `annotationsOf` has written. */
export function readAnnotations(annotations: Readonly<Record<string, string>> = {}) {
  return { scope: annotations[SCOPE], instanceId: annotations[INSTANCE] };
}

/** Selects the Jobs of a scope, and perhaps some others. */
export function scopeSelector(scope: string): string {
  return `${SCOPE}=${digestOf(scope)}`;
}

/** Selects the pods of a Job, by the label that Kubernetes gives them. */
export function podSelector(jobName: string): string {
  return `batch.kubernetes.io/job-name=${jobName}`;
}

function digestOf(scope: string): string {
  return hashOf(scope).slice(0, 32);
}
