/**
 * `npm run webhooks`: says where an organisation is told of its recordings.
 *
 * Exit codes: 0 done; 1 it could not be done; 2 it was called in a wrong way.
 */
import { FirestoreWebhookStore } from "@meeting-bot/core";
import { checkEndpointUrl } from "../functions/src/webhooks/endpoint-url.ts";
import { readProjectConfig, runCommand, type Work, withDatabase } from "./command.ts";
import { runTask } from "./webhooks/run-task.ts";
import { parseTask } from "./webhooks/task.ts";

const HELP = `Usage: npm run webhooks -- COMMAND --project PROJECT [--organization ID] …

  add --url URL --events EVENT,… [--signed-urls]
                   adds an endpoint and prints its id, which begins with we_
  list             prints the endpoints: id, URL without its query, events, state
  remove ENDPOINT  sends nothing there any more, and forgets it
  enable ENDPOINT  sends there again, where an answer 410 had disabled it
  secret ENDPOINT  prints what its messages are signed with (whsec_…), the newest first

  --project PROJECT  whose functions/.env.PROJECT says which database it is
  --organization ID  whose endpoints they are; without it, of the meetings that name no organisation
  --signed-urls      puts URLs into the messages by which the recording can be read for a day

Events: recording.completed, recording.failed, meeting.cancelled, bot.status_changed.

\`secret\` takes the master secrets from the environment and asks nobody:
  WEBHOOK_SECRETS="$(firebase functions:secrets:access WEBHOOK_SECRETS --project PROJECT)" \\
    npm run webhooks -- secret ENDPOINT --project PROJECT
The others act with the application default credentials (\`gcloud auth application-default login\`),
or on the emulator at FIRESTORE_EMULATOR_HOST, where an endpoint may be http and on this machine.
`;

process.exitCode = await runCommand({ help: HELP, prepare });

function prepare(args: string[]): Work | undefined {
  const task = parseTask(args);
  if (!task) return undefined;
  if (task.command === "add") {
    const isLocal = Boolean(process.env["FIRESTORE_EMULATOR_HOST"]);
    const checked = checkEndpointUrl(task.request.url, isLocal);
    if (!checked.ok) throw new Error(`--url cannot be used. ${checked.problem}`);
  }
  const config = readProjectConfig(task.project);
  const masters = process.env["WEBHOOK_SECRETS"];
  return () =>
    withDatabase(config, async (firestore) => {
      const webhooks = new FirestoreWebhookStore(firestore);
      process.stdout.write(await runTask(task, { webhooks, masters }));
    });
}
