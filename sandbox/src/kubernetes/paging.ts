import type { KubernetesObject } from "@kubernetes/client-node";
import { refuseUnknown } from "./options.ts";
import { parseSelector } from "./selectors.ts";
import { type Answer, badRequest, type Resource } from "./status.ts";

/** Lists are in the order of the keys that the API server keeps its objects under. */
function keyOf({ metadata }: KubernetesObject): string {
  return `${metadata?.namespace}/${metadata?.name}`;
}

/**
 * Answers a request for a list: those of the objects that the query's `labelSelector` selects, `limit` of
 * them at a time, from where `continue` says.
 */
export function listAnswer(
  resource: Resource,
  objects: KubernetesObject[],
  query: URLSearchParams,
): Answer {
  const refused = refuseUnknown(query.keys(), ["labelSelector", "limit", "continue"]);
  if (refused) return refused;
  const asked = query.get("labelSelector") ?? "";
  const selects = parseSelector(asked);
  if (!selects) return badRequest(`unable to parse requirement: invalid label selector "${asked}"`);
  const token = query.get("continue") ?? "";
  const after = token === "" ? "" : readToken(token);
  if (after === undefined) return badRequest("continue key is not valid");
  const rest = objects
    .filter(({ metadata }) => selects(metadata?.labels ?? {}))
    .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
    .filter((object) => keyOf(object) > after);
  return page(resource, rest, Number(query.get("limit") ?? 0), asked !== "");
}

function page(
  { group, kind }: Resource,
  rest: KubernetesObject[],
  limit: number,
  selected: boolean,
): Answer {
  if (!Number.isInteger(limit) || limit < 0) return badRequest("limit must not be negative");
  const items = limit === 0 ? rest : rest.slice(0, limit);
  const left = rest.length - items.length;
  const last = items.at(-1);
  const body = {
    kind: `${kind}List`,
    apiVersion: group === "" ? "v1" : `${group}/v1`,
    metadata: {
      resourceVersion: String(Date.now()),
      ...(left > 0 && last && { continue: writeToken(keyOf(last)) }),
      // Only known when nothing was filtered.
      ...(left > 0 && !selected && { remainingItemCount: left }),
    },
    // The items of a list say neither their kind nor their version.
    items: items.map(({ kind: _, apiVersion: __, ...item }) => item),
  };
  return { code: 200, body };
}

function writeToken(start: string): string {
  return Buffer.from(JSON.stringify({ v: "meta.k8s.io/v1", start })).toString("base64url");
}

function readToken(token: string): string | undefined {
  const [, start] = /"start":"(.+)"\}$/.exec(Buffer.from(token, "base64url").toString()) ?? [];
  return start;
}
