import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { FaultPlan } from "../faults/fault-plan.ts";
import { type Answer, S3Api } from "./api.ts";
import { type Call, HOST, type Operation, parseCall } from "./call.ts";
import type { Fault } from "./faults.ts";
import type { FakeS3Object } from "./objects.ts";
import { S3Error } from "./s3-error.ts";
import { type Authority, checkSignature } from "./signature.ts";
import type { UnfinishedUpload } from "./uploads.ts";

/** What the fake should hold, and how it should behave. */
export interface S3FakeOptions {
  /** Default one called `recordings`. */
  buckets?: readonly string[];
  /** Objects on a page of a listing, at most; default 1000. */
  pageSize?: number;
  /** Default true; false makes it like servers that keep no checksums. */
  keepsChecksums?: boolean;
  /** Its clock, for signatures and their expiry. */
  now?: () => number;
}

/** A running fake of Amazon S3. */
export interface S3Fake {
  /** `http://localhost:port`, for the client's `endpoint`; takes the bucket in the path or in the host. */
  url: string;
  region: string;
  /** The only keys that it knows, as a client's environment. */
  credentials: { AWS_ACCESS_KEY_ID: string; AWS_SECRET_ACCESS_KEY: string };
  /** Every object, by name. */
  objects(): FakeS3Object[];
  /** Uploads in parts that were neither completed nor aborted. */
  unfinishedUploads(): UnfinishedUpload[];
  /** The requests so far, in order. */
  requests: readonly Operation[];
  /** Makes a later request go wrong. */
  inject(fault: Fault): void;
  /** Closes the server and every connection. */
  stop(): Promise<void>;
}

const ACCESS_KEY_ID = "FAKEACCESSKEY";
const SECRET_ACCESS_KEY = "fake/secret+key";
const REGION = "eu-central-1";

/**
 * Starts a strict fake of Amazon S3 on a free loopback port: signatures, conditional writes, uploads in
 * parts, checksums and pages as the real one has them, bytes in memory, faults on demand.
 */
export async function startS3Fake(options: S3FakeOptions = {}): Promise<S3Fake> {
  const {
    buckets = ["recordings"],
    pageSize = 1000,
    keepsChecksums = true,
    now = Date.now,
  } = options;
  const fake = new FakeServer(new S3Api({ buckets, pageSize, keepsChecksums }), now);
  const server = createServer((request, response) => {
    fake.respond(request, response).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://${HOST}:${(server.address() as AddressInfo).port}`,
    region: REGION,
    credentials: { AWS_ACCESS_KEY_ID: ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY: SECRET_ACCESS_KEY },
    objects: () => fake.api.table.all(),
    unfinishedUploads: () => fake.api.uploads.unfinished(),
    requests: fake.requests,
    inject: (fault) => fake.faults.add(fault),
    stop: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

class FakeServer {
  readonly api: S3Api;
  readonly faults = new FaultPlan<Operation, Fault>();
  readonly requests: Operation[] = [];
  readonly #authority: Authority;

  constructor(api: S3Api, now: () => number) {
    this.api = api;
    this.#authority = {
      accessKeyId: ACCESS_KEY_ID,
      secretAccessKey: SECRET_ACCESS_KEY,
      region: REGION,
      now,
    };
  }

  async respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "", url = "", headers } = request;
    const call = parseCall(method, url, headers);
    if (!call) {
      const unknown = new S3Error(501, "NotImplemented", `The fake has no ${method} ${url}`);
      return send(response, toAnswer(unknown), undefined);
    }
    this.requests.push(call.operation);
    const fault = this.faults.take(call.operation);
    if (fault?.kind === "hang") return;
    if (fault?.kind === "slow") await sleep(fault.delayMs);
    const body = await readBody(request, fault);
    if (!body) return void response.destroy();
    const answer = this.#answerTo(call, body, fault);
    if (fault?.kind === "commit-then-break") response.destroy();
    else send(response, answer, fault);
  }

  #answerTo(call: Call, body: Buffer, fault: Fault | undefined): Answer {
    try {
      checkSignature(call, this.#authority);
      if (fault?.kind === "error") {
        throw new S3Error(fault.status, fault.code, fault.message ?? "Injected fault");
      }
      return this.api.serve({ call, body, damaged: fault?.kind === "corrupt" });
    } catch (error) {
      if (!(error instanceof S3Error)) throw error;
      return toAnswer(error);
    }
  }
}

/** Reads a body, at most as much of it as the fault lets through; undefined when it broke. */
async function readBody(request: IncomingMessage, fault: Fault | undefined) {
  const limit = fault?.kind === "break" && request.method !== "GET" ? fault.afterBytes : Infinity;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= limit) return undefined;
  }
  return limit === Infinity ? Buffer.concat(chunks) : undefined;
}

function toAnswer(error: S3Error): Answer {
  const region = error.details["Region"];
  return {
    status: error.status,
    headers: {
      "Content-Type": "application/xml",
      ...(region ? { "x-amz-bucket-region": region } : {}),
    },
    body: error.toXml(),
  };
}

function send(response: ServerResponse, answer: Answer, fault: Fault | undefined): void {
  const headers = { ...answer.headers };
  headers["Content-Length"] ??= String(Buffer.byteLength(answer.body ?? ""));
  response.writeHead(answer.status, headers);
  if (fault?.kind === "break" && answer.body instanceof Buffer) {
    response.write(answer.body.subarray(0, fault.afterBytes), () => response.destroy());
  } else {
    response.end(answer.body);
  }
}
