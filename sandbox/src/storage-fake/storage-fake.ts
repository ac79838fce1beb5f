import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { FaultPlan } from "../faults/fault-plan.ts";
import { type Answer, type ApiRequest, StorageApi } from "./api.ts";
import type { Fault, Operation } from "./faults.ts";
import type { FakeObject } from "./object-table.ts";
import { ApiError, parseCall } from "./protocol.ts";

/** What the fake should hold; default one bucket called `recordings`. */
export interface StorageFakeOptions {
  buckets?: readonly string[];
}

/** A running fake of Cloud Storage's JSON API. */
export interface StorageFake {
  /** `http://127.0.0.1:port`, for the client's `apiEndpoint`. */
  url: string;
  /** Every object, by name. */
  objects(): FakeObject[];
  /** The requests so far, in order. */
  requests: readonly Operation[];
  /** Makes a later request go wrong. */
  inject(fault: Fault): void;
  /** Closes the server and every connection, and removes the bytes. */
  stop(): Promise<void>;
}

/**
 * Starts a strict fake of Cloud Storage's JSON API on a free loopback port: preconditions, resumable
 * sessions, checksums and pages as the real one has them, bytes on disk, faults on demand.
 */
export async function startStorageFake(options: StorageFakeOptions = {}): Promise<StorageFake> {
  const folder = await mkdtemp(join(tmpdir(), "storage-fake-"));
  const api = new StorageApi(folder, options.buckets ?? ["recordings"]);
  const faults = new FaultPlan<Operation, Fault>();
  const requests: Operation[] = [];
  const server = createServer((request, response) => {
    respond(api, faults, requests, request, response).catch((error: unknown) =>
      response.destroy(error instanceof Error ? error : undefined),
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects: () => api.table.all(),
    requests,
    inject: (fault) => faults.add(fault),
    stop: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function respond(
  api: StorageApi,
  faults: FaultPlan<Operation, Fault>,
  requests: Operation[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const origin = `http://${request.headers.host}`;
  const call = parseCall(request.method ?? "", new URL(request.url ?? "", origin), request.headers);
  if (!call) {
    const unknown = new ApiError(
      400,
      "badRequest",
      `The fake has no ${request.method} ${request.url}`,
    );
    return send(response, { status: 400, json: unknown }, undefined);
  }
  requests.push(call.operation);
  const fault = faults.take(call.operation);
  if (fault?.kind === "hang") return;
  if (fault?.kind === "slow") await sleep(fault.delayMs);
  const answer = await answerTo(api, { call, body: request, origin, fault });
  const broken =
    fault?.kind === "commit-then-break" ||
    (fault?.kind === "break" && call.operation !== "download");
  if (broken) response.destroy();
  else await send(response, answer, fault);
}

async function answerTo(api: StorageApi, incoming: ApiRequest): Promise<Answer> {
  const { fault, body } = incoming;
  try {
    if (fault?.kind === "status") {
      throw new ApiError(
        fault.status,
        fault.reason ?? "injected",
        fault.message ?? "Injected fault",
      );
    }
    return await api.serve(incoming);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    // The client may still be sending: without this it sees a reset instead of the answer.
    body.resume();
    return { status: error.status, json: error };
  }
}

async function send(response: ServerResponse, answer: Answer, fault: Fault | undefined) {
  response.writeHead(answer.status, { "Content-Type": "application/json", ...answer.headers });
  if (!answer.stream) {
    response.end(answer.json === undefined ? undefined : JSON.stringify(answer.json));
  } else if (fault?.kind === "break") {
    await pipeline(firstBytes(answer.stream, fault.afterBytes), response, { end: false });
    response.destroy();
  } else {
    await pipeline(answer.stream, response);
  }
}

async function* firstBytes(stream: Readable, count: number): AsyncGenerator<Buffer> {
  let left = count;
  for await (const chunk of stream) {
    yield chunk.subarray(0, left);
    left -= chunk.length;
    if (left <= 0) return;
  }
}
