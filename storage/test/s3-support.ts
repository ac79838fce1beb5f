import { Agent, get } from "node:http";
import { buffer } from "node:stream/consumers";
import { type S3Fake, type S3FakeOptions, startS3Fake } from "../../sandbox/src/s3-fake/index.ts";
import type { S3Settings } from "../src/s3-client.ts";
import { S3RecordingStore } from "../src/s3-recording-store.ts";

/** Sets environment variables until what it returns is called. */
export function setEnvironment(values: Readonly<Record<string, string>>): () => void {
  const before = Object.keys(values).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, values);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
}

/** A fake and stores on it that hardly pause between their tries. */
export interface S3Bench {
  fake: S3Fake;
  open(settings?: Partial<S3Settings>): S3RecordingStore;
}

/** Gives every test of a suite a fresh fake, and its keys in the environment. */
export function useS3Fake(options: S3FakeOptions = {}): S3Bench {
  const bench = {
    open: (settings) =>
      new S3RecordingStore({
        bucket: "recordings",
        region: bench.fake.region,
        endpoint: bench.fake.url,
        addressing: "path",
        retry: { tries: 4, firstDelayMs: 1, maxDelayMs: 2 },
        ...settings,
      }),
  } as S3Bench;
  let restore: () => void;
  beforeEach(async () => {
    bench.fake = await startS3Fake(options);
    restore = setEnvironment(bench.fake.credentials);
  });
  afterEach(async () => {
    restore();
    await bench.fake.stop();
  });
  return bench;
}

/** Lets names below `localhost` lead to this machine, as RFC 6761 wants it and the resolver may not know. */
export function resolveLocalhostNames(): void {
  const { createConnection } = Agent.prototype;
  before(() => {
    Agent.prototype.createConnection = function connect(options, callback) {
      const local = options.host?.endsWith(".localhost");
      const target = local ? { ...options, host: "localhost" } : options;
      return createConnection.call(this, target, callback);
    };
  });
  after(() => {
    Agent.prototype.createConnection = createConnection;
  });
}

/** Fetches a URL without any credentials; rejects with the answer's status and body. */
export async function fetchPlainly(url: string): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  get(url, { agent: new Agent() }, (answer) => {
    const { statusCode } = answer;
    buffer(answer).then(
      (body) => (statusCode === 200 ? resolve(body) : reject(new Error(`${statusCode}: ${body}`))),
      reject,
    );
  }).on("error", reject);
  return promise;
}
