import { type Failure, launchFailure } from "@meeting-bot/core";
import { type Step, type Trouble, wordsFor } from "./trouble.ts";

/** Where Jobs are made, in the words of the configuration. */
export interface JobPlace {
  namespace: string;
  /** The address of the Kubernetes API. */
  server: string;
}

interface Meaning {
  advice: string;
  needsOperator?: true;
}

/** What a refused creation of a Job means, by the status of the answer. */
const MEANINGS: Readonly<Record<number, (place: JobPlace) => Meaning>> = {
  400: unacceptable,
  401: ({ server }) => ({
    advice: `Kubernetes at ${server} did not accept the functions' credentials.`,
    needsOperator: true,
  }),
  403: ({ namespace }) => ({
    advice: `The functions may not make Jobs in the namespace "${namespace}": apply deploy/gke/role.yaml, and deploy/gke/role-binding.yaml with the functions' service account in it.`,
    needsOperator: true,
  }),
  404: ({ namespace, server }) => ({
    advice: `Kubernetes at ${server} has no namespace "${namespace}": create it with deploy/gke/namespace.yaml, or set KUBERNETES_NAMESPACE to the one that exists.`,
    needsOperator: true,
  }),
  // "AlreadyExists" is a launch. This is "Conflict": two creations have met in the namespace's quota.
  409: () => ({ advice: "Kubernetes was busy with another creation." }),
  413: unacceptable,
  422: unacceptable,
  429: () => ({ advice: "Kubernetes has too much to do at the moment." }),
};

function unacceptable(): Meaning {
  return {
    advice:
      "Kubernetes does not accept the Job: the cluster must be of version 1.29 or later, and the settings of the launcher gke must be names and sizes that Kubernetes knows.",
    needsOperator: true,
  };
}

/** A namespace's quota is enforced with the status that missing permission has. */
const EXCEEDED_QUOTA = /exceeded quota/i;

const OVER_QUOTA: Meaning = {
  advice: "The namespace's quota has no room for another Job at the moment.",
};

const UNSENT: Readonly<Record<Step, (place: JobPlace) => Meaning>> = {
  credentials: () => ({
    advice: "The functions could not get credentials for Kubernetes.",
  }),
  connection: ({ server }) => ({
    advice: `Kubernetes at ${server} could not be reached.`,
  }),
  certificate: ({ server }) => ({
    advice: `The certificate of Kubernetes at ${server} is not of the expected authority: compare GKE_CLUSTER_CA, or the kubeconfig, with the cluster.`,
    needsOperator: true,
  }),
};

const REFUSED: Meaning = { advice: "Kubernetes has refused the Job.", needsOperator: true };

/** A proxy may say so of a request that has arrived. */
const REQUEST_TIMEOUT = 408;

/** A refused launch as a failure; undefined for trouble that leaves it open whether there was a launch. */
export function explainRefusal(trouble: Trouble, place: JobPlace): Failure | undefined {
  const meaning = meaningOf(trouble, place);
  if (!meaning) return undefined;
  const { advice, needsOperator } = meaning;
  return launchFailure(advice, { needsOperator, platformReason: wordsFor(trouble) });
}

/** A status from 500 may come after the fact: of a database or a proxy that did not wait for the end. */
function meaningOf(trouble: Trouble, place: JobPlace): Meaning | undefined {
  if (trouble.kind === "unclear") return undefined;
  if (trouble.kind === "unsent") return UNSENT[trouble.step](place);
  const { status, message } = trouble;
  if (status === 403 && EXCEEDED_QUOTA.test(message)) return OVER_QUOTA;
  const isRefused = status >= 400 && status < 500 && status !== REQUEST_TIMEOUT;
  return MEANINGS[status]?.(place) ?? (isRefused ? REFUSED : undefined);
}
