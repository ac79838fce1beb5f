/**
 * `npm run demo:api`: an application that speaks no Firestore. It asks the API for a recording, waits
 * for the webhook, verifies it, and downloads what was recorded from an S3-compatible bucket.
 *
 * Exit codes: 0 everything is as it should be; 1 it is not; 2 the command line is wrong, or the
 * sandbox did not start.
 */
import { join } from "node:path";
import { setInterval } from "node:timers/promises";
import { parseArgs } from "node:util";
import {
  type Artifact,
  type Download,
  downloadDirectly,
  downloadSigned,
} from "./api-demo/download.ts";
import { type Subscriber, subscribe } from "./api-demo/subscriber.ts";
import { ROOT } from "./root.ts";
import { type Sandbox, startSandbox } from "./sandbox.ts";
import type { ReceivedMessage } from "./webhook-receiver/webhook-receiver.ts";

const HELP = `Usage: npm run demo:api -- [options]

Asks the HTTP API of the local sandbox for a recording, waits for the webhook, verifies it, and
downloads the files: by signed URLs, and by MinIO-style and AWS-style addresses.

Options
  --seconds N  how long the meeting lasts (default 10)
  --json       print one JSON object as the last line instead of the report
  --help       print this
`;

const REGION = "us-central1";
const PATIENCE_MS = 120_000;
const LOOK_MS = 100;

/** What came of it. */
interface Result {
  meeting: string;
  event: string;
  webhookId: string;
  verified: boolean;
  downloads: Download[];
}

/** What is read of the API's answers. */
interface Told {
  id: string;
  artifacts: { url?: string }[];
  /** Of a problem. */
  title?: string;
}

process.exitCode = await main(process.argv.slice(2));

async function main(args: string[]): Promise<number> {
  try {
    const { values } = parseArgs({
      args,
      options: {
        seconds: { type: "string", default: "10" },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
    if (values.help) {
      process.stdout.write(HELP);
      return 0;
    }
    const seconds = Number(values.seconds);
    if (!(seconds >= 1 && seconds <= 3600)) {
      throw new Error(`--seconds is "${values.seconds}", but must be a number from 1 to 3600.`);
    }
    const result = await run(seconds);
    process.stdout.write(`${values.json ? JSON.stringify(result) : describe(result)}\n`);
    return isRight(result) ? 0 : 1;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    return 2;
  }
}

async function run(seconds: number): Promise<Result> {
  await using parts = new AsyncDisposableStack();
  const sandbox = await startSandbox({
    env: process.env,
    logDir: join(ROOT, ".sandbox", "logs"),
    storage: "s3",
    notify: (sentence) => process.stderr.write(`${sentence}\n`),
  });
  parts.defer(() => sandbox.stop());
  const subscriber = await subscribe(sandbox, parts);
  const ask = client(sandbox, subscriber);
  const link = `https://meet.google.com/abc-defg-hij?sandbox=h264&seconds=${seconds}`;
  const { id } = await ask("POST", "/v1/meetings", { meeting_url: link, bot_name: "Notetaker" });
  const message = await nextMessage(subscriber, seconds);
  const { type, data } = JSON.parse(message.body);
  const { artifacts } = await ask("GET", `/v1/meetings/${id}/recording`);
  const downloads = await Promise.all(
    data.artifacts.flatMap((artifact: Artifact, index: number) => [
      downloadDirectly(artifact, sandbox.store, "minio"),
      downloadDirectly(artifact, sandbox.store, "aws"),
      downloadSigned(artifacts[index]?.url ?? "", artifact),
    ]),
  );
  return { meeting: id, event: type, webhookId: message.id, verified: message.verified, downloads };
}

/** Calls the API and gives its JSON; rejects with what the API says is wrong. */
function client({ functionsUrl, projectId }: Sandbox, { key }: Subscriber) {
  return async (method: string, path: string, body?: object): Promise<Told> => {
    const answer = await fetch(`${functionsUrl}/${projectId}/${REGION}/api${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    });
    const told = (await answer.json()) as Told;
    if (!answer.ok) throw new Error(`${method} ${path}: ${told.title ?? answer.status}`);
    return told;
  };
}

async function nextMessage({ receiver }: Subscriber, seconds: number): Promise<ReceivedMessage> {
  const giveUpAt = Date.now() + PATIENCE_MS + seconds * 1000;
  for await (const _ of setInterval(LOOK_MS)) {
    const [message] = receiver.received;
    if (message) return message;
    if (Date.now() > giveUpAt) break;
  }
  throw new Error("No webhook came.");
}

function isRight({ event, verified, downloads }: Result): boolean {
  const isComplete = event === "recording.completed" && downloads.length > 0;
  return isComplete && verified && downloads.every(({ ok }) => ok);
}

function describe({ meeting, event, webhookId, verified, downloads }: Result): string {
  return [
    `Meeting ${meeting}`,
    `Webhook ${webhookId}: ${event}, signature ${verified ? "verified" : "NOT VERIFIED"}`,
    ...downloads.map(
      ({ style, url, ok }) => `  ${style.padEnd(6)} ${ok ? "right bytes" : "WRONG BYTES"}  ${url}`,
    ),
  ].join("\n");
}
