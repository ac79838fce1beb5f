import { SECOND } from "@meeting-bot/core";

/** Where ECS answers its containers. */
const ECS_ADDRESS = "http://169.254.170.2";

/** ECS's address, and this machine's, where a stand-in may be. */
const HOSTS = [new URL(ECS_ADDRESS).hostname, "127.0.0.1", "localhost", "[::1]"];

const ANSWER_TIMEOUT_MS = 5 * SECOND;

/**
 * The URL of an endpoint that is for containers only: whole, or a path on ECS's address. Throws when it would
 * be anywhere else; that is asked of the URL as it will be used, since `//host/path` is no path.
 */
export function containerUrl(uri: string): URL {
  const url = URL.parse(uri, ECS_ADDRESS);
  if (url?.protocol === "http:" && HOSTS.includes(url.hostname)) return url;
  throw new Error(`Containers are answered at ${HOSTS.join(" or ")}, not at ${url?.host ?? uri}.`);
}

/** What a container endpoint answers, as JSON. Throws when it does not, or sends elsewhere. */
export async function askContainerEndpoint(url: URL, authorization?: string): Promise<unknown> {
  const response = await fetch(url, {
    redirect: "error",
    signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
    ...(authorization && { headers: { authorization } }),
  });
  if (response.ok) return response.json();
  await response.body?.cancel();
  throw new Error(`${url.host} answers with status ${response.status}.`);
}
