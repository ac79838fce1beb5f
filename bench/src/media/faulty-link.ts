import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { pipeline } from "node:stream/promises";

/** What goes wrong on the way to the storage. */
export interface LinkFaults {
  /** The share of requests that are answered 503 and get no further. */
  failingShare: number;
  /** After so many bytes of its first upload, each file's connection breaks. */
  breakAfterBytes: number;
}

/** A way to the storage that can be made a bad one. */
export interface FaultyLink {
  url: string;
  /** From now on these faults; without any, none. */
  suffer(faults: LinkFaults | undefined): void;
  /** Requests that were passed on, answered 503 and broken since the last call of `suffer`. */
  readonly counted: { passed: number; failed: number; broken: number };
  close(): Promise<void>;
}

/** Opens a way to the server at `target` on a free port of this machine. */
export async function openFaultyLink(target: string): Promise<FaultyLink> {
  const counted = { passed: 0, failed: 0, broken: 0 };
  const brokenFiles = new Set<string>();
  let faults: LinkFaults | undefined;
  let debt = 0;
  const server = createServer((incoming, response) => {
    debt += faults?.failingShare ?? 0;
    if (debt >= 1) {
      debt -= 1;
      counted.failed += 1;
      incoming.resume();
      response.writeHead(503).end("The link fails.");
      return;
    }
    const file = uploadedFile(incoming);
    const breaks = faults && file !== undefined && !brokenFiles.has(file);
    if (breaks) brokenFiles.add(file);
    counted[breaks ? "broken" : "passed"] += 1;
    passOn(incoming, response, target, breaks ? faults?.breakAfterBytes : undefined);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    suffer: (next) => {
      faults = next;
      // The very first request fails, or few would never have one.
      debt = 1 - (next?.failingShare ?? 1);
      brokenFiles.clear();
      Object.assign(counted, { passed: 0, failed: 0, broken: 0 });
    },
    counted,
    close: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Which file a request carries bytes of: its session, or its name when it comes in one request. */
function uploadedFile({ method, url = "" }: IncomingMessage): string | undefined {
  const { pathname, searchParams } = new URL(url, "http://link");
  if (!pathname.startsWith("/upload/")) return undefined;
  const session = searchParams.get("upload_id");
  if (session) return method === "PUT" ? session : undefined;
  return searchParams.get("uploadType") === "resumable"
    ? undefined
    : (searchParams.get("name") ?? undefined);
}

/** Passes a request on with its Host, which sessions' addresses are made of, and the answer back. */
function passOn(
  incoming: IncomingMessage,
  response: ServerResponse,
  target: string,
  breakAfterBytes: number | undefined,
): void {
  const { method, url, headers } = incoming;
  const onward = request(new URL(url ?? "", target), { method, headers, agent: false });
  const give = () => {
    onward.destroy();
    response.destroy();
  };
  onward.on("response", (answer) => {
    response.writeHead(answer.statusCode ?? 500, answer.headers);
    pipeline(answer, response).catch(give);
  });
  onward.on("error", give);
  pipeline(cut(incoming, breakAfterBytes, give), onward).catch(give);
}

async function* cut(
  body: IncomingMessage,
  breakAfterBytes = Number.POSITIVE_INFINITY,
  breakOff: () => void,
): AsyncGenerator<Buffer> {
  let passed = 0;
  for await (const chunk of body) {
    yield chunk;
    passed += chunk.length;
    if (passed >= breakAfterBytes) return breakOff();
  }
}
