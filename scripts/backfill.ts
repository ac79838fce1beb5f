/**
 * `npm run backfill`: gives the meetings that were written while nothing was deployed their bots. They
 * are put into the queue, from which the next sweep of the deployed functions launches them.
 *
 * Exit codes: 0 done; 1 something failed, running it again goes on; 2 it was called in a wrong way.
 */
import { randomUUID } from "node:crypto";
import { parseArgs } from "node:util";
import type { Firestore, QueryDocumentSnapshot } from "@google-cloud/firestore";
import { FirestoreBotInstanceStore, namingOf, SECOND } from "@meeting-bot/core";
import type { Config } from "../functions/src/config.ts";
import { findMeetings } from "./backfill/find-meetings.ts";
import { type Judgement, judge } from "./backfill/judge.ts";
import { messageOf, readProjectConfig, runCommand, type Work, withDatabase } from "./command.ts";

const HELP = `Usage: npm run backfill -- --project PROJECT [--dry-run]

Finds the meetings that want a bot and have none, written while nothing was deployed, and queues one
for each; the next sweep of the functions launches what is due. Meetings that are over are left alone.

  --project PROJECT  whose functions/.env.PROJECT says where the meetings are and what they look like
  --dry-run          says what would be done, and writes nothing

It acts with the application default credentials (\`gcloud auth application-default login\`), or on
the emulator at FIRESTORE_EMULATOR_HOST. To run it twice does no harm. Where the meetings are in more
than one collection, Firestore may want an index first; its message then says where to make it.
`;

type Verdict = Judgement["kind"] | "failed";

process.exitCode = await runCommand({ help: HELP, prepare });

function prepare(args: string[]): Work | undefined {
  const options = {
    project: { type: "string" },
    "dry-run": { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  } as const;
  const { project, "dry-run": dryRun, help } = parseArgs({ args, options }).values;
  if (help) return undefined;
  const config = readProjectConfig(project);
  return () => withDatabase(config, (firestore) => backfill(firestore, config, dryRun));
}

async function backfill(firestore: Firestore, config: Config, dryRun: boolean): Promise<void> {
  const queue = dryRun ? undefined : queueing(firestore, config);
  const tally: Record<Verdict, number> = { wanted: 0, "has a bot": 0, over: 0, failed: 0 };
  const { statusField, statusValues } = namingOf(config).meeting;
  for await (const page of findMeetings(firestore, { ...config, statusField, statusValues })) {
    const verdicts = await Promise.all(page.map((meeting) => visit(meeting, config, queue)));
    for (const verdict of verdicts) tally[verdict] += 1;
    report(tally, dryRun);
  }
  if (tally.failed > 0) throw new Error("Some failed: run it again, and it goes on with those.");
}

type Queue = (meetingPath: string) => Promise<unknown>;

/** Puts a meeting's bot into the queue; claims nothing, since whoever claims must launch. */
function queueing(firestore: Firestore, config: Config): Queue {
  const store = new FirestoreBotInstanceStore(firestore, namingOf(config), config);
  const joinLeadMs = config.joinLeadSeconds * SECOND;
  return (meetingPath) => {
    const ids = { instanceId: randomUUID(), token: randomUUID() };
    return store.serve(meetingPath, { ...ids, joinLeadMs });
  };
}

/** Looks at one meeting. One that cannot be served does not keep the others from it. */
async function visit(
  meeting: QueryDocumentSnapshot,
  config: Config,
  queue: Queue | undefined,
): Promise<Verdict> {
  const { ref, readTime, updateTime } = meeting;
  const found = { fields: meeting.data(), updatedAt: updateTime.toMillis() };
  const judgement = judge(found, {
    now: readTime.toMillis(),
    rules: config,
    naming: namingOf(config).meeting,
  });
  if (judgement.kind !== "wanted") return judgement.kind;
  try {
    await queue?.(ref.path);
    return "wanted";
  } catch (error) {
    process.stderr.write(`${ref.path}: ${messageOf(error)}\n`);
    return "failed";
  }
}

function report(tally: Record<Verdict, number>, dryRun: boolean): void {
  const { wanted, over, failed, "has a bot": served } = tally;
  const looked = wanted + over + failed + served;
  const queued = dryRun ? "would be queued" : "queued";
  process.stdout.write(
    `${looked} meetings looked at: ${wanted} ${queued}, ${served} have a bot, ${over} are over, ${failed} failed\n`,
  );
}
