import type { Instant } from "../time.ts";
import {
  type EndpointRequest,
  isEndpointRequest,
  MAX_ENDPOINTS,
  type WebhookEndpoint,
} from "./endpoint.ts";

/** Why an organisation's endpoints are not changed. */
export type EndpointRefusal = "not-found" | "too-many" | "invalid";

/** What is to become of one endpoint among those that are known. */
export type EndpointDecision =
  | { ok: true; change: "none" | "put" | "remove"; endpoint: WebhookEndpoint }
  | { ok: false; reason: EndpointRefusal };

/** Decides about the endpoints of one organisation. */
export type DecideEndpoints = (known: readonly WebhookEndpoint[], now: Instant) => EndpointDecision;

/** Adds an endpoint; `id` is minted by the caller, so that a repeat adds no second one. */
export function adding(id: string, request: EndpointRequest): DecideEndpoints {
  const { url, events, signedUrls = false } = request;
  return (known, createdAt) => {
    const own = known.find((endpoint) => endpoint.id === id);
    if (own) return { ok: true, change: "none", endpoint: own };
    if (!isEndpointRequest(request)) return { ok: false, reason: "invalid" };
    if (known.length >= MAX_ENDPOINTS) return { ok: false, reason: "too-many" };
    return { ok: true, change: "put", endpoint: { id, url, events, signedUrls, createdAt } };
  };
}

/** Takes an endpoint away. */
export function removing(id: string): DecideEndpoints {
  return changing(id, (endpoint) => ({ ok: true, change: "remove", endpoint }));
}

/** Sends nothing there any more. One that is disabled keeps its first reason. */
export function disabling(id: string, reason: string): DecideEndpoints {
  return changing(id, (endpoint, now) =>
    endpoint.disabledAt === undefined
      ? {
          ok: true,
          change: "put",
          endpoint: { ...endpoint, disabledAt: now, disabledReason: reason },
        }
      : { ok: true, change: "none", endpoint },
  );
}

/** Sends there again. */
export function enabling(id: string): DecideEndpoints {
  return changing(id, ({ disabledAt: _, disabledReason: __, ...endpoint }) => ({
    ok: true,
    change: "put",
    endpoint,
  }));
}

function changing(
  id: string,
  decide: (endpoint: WebhookEndpoint, now: Instant) => EndpointDecision,
): DecideEndpoints {
  return (known, now) => {
    const endpoint = known.find((candidate) => candidate.id === id);
    return endpoint ? decide(endpoint, now) : { ok: false, reason: "not-found" };
  };
}
