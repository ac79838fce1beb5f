/**
 * `npm run backfill`: gives the meetings that were written while nothing was deployed their bots. They
 * are put into the queue, from which the next sweep of the deployed functions launches them.
 *
 * Exit codes: 0 done; 1 something failed, running it again goes on; 2 it was called in a wrong way.
 */
import { randomUUID } from "node:crypto";
import { parseArgs } from "node:util";
import type { Firestore } from "@google-cloud/firestore";
import {
  FirestoreBackfillStore,
  FirestoreBotInstanceStore,
  type FoundMeeting,
  type Judgement,
  judgeMeeting,
  namingOf,
  SECOND,
} from "@meeting-bot/core";
import type { Config } from "../functions/src/config.ts";
import { messageOf, readProjectConfig, runCommand, type Work, withDatabase } from "./command.ts";

const HELP = `Usage: npm run backfill -- --project PROJECT [--dry-run]

Finds the meetings that want a bot and have none, written while nothing was deployed, and queues one
for each; the next sweep of the functions launches what is due. Meetings that are over are left alone.

  --project PROJECT  whose functions/.env.PROJECT says where the meetings are and what they look like
  --dry-run          says what would be done, and writes nothing

It acts with the application default credentials (\`gcloud auth application-default login\`), or on
the emulator at FIRESTORE_EMULATOR_HOST. To run it twice does no harm. It reads every document of the
meetings' collections once. What was written while the functions are deployed they find by themselves.
`;

type Verdict = Judgement | "failed";

const PAGE_SIZE = 50;

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
  const store = new FirestoreBackfillStore(firestore, config, namingOf(config).meeting);
  const tally: Record<Verdict, number> = {
    wanted: 0,
    "has a bot": 0,
    over: 0,
    failed: 0,
    unwanted: 0,
  };
  let after: string | undefined;
  do {
    const page = await store.findMeetings(PAGE_SIZE, after);
    const verdicts = await Promise.all(
      page.meetings.map((meeting) => visit(meeting, config, queue)),
    );
    for (const verdict of verdicts) tally[verdict] += 1;
    report(tally, dryRun);
    after = page.after;
  } while (after !== undefined);
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
  meeting: FoundMeeting,
  config: Config,
  queue: Queue | undefined,
): Promise<Verdict> {
  const judgement = judgeMeeting(meeting, { rules: config, naming: namingOf(config).meeting });
  if (judgement !== "wanted") return judgement;
  try {
    await queue?.(meeting.path);
    return "wanted";
  } catch (error) {
    process.stderr.write(`${meeting.path}: ${messageOf(error)}\n`);
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
