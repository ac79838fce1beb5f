/**
 * `npm run api-keys`: makes, lists, replaces and revokes the keys by which programs use the API.
 *
 * Exit codes: 0 done; 1 it could not be done; 2 it was called in a wrong way.
 */
import { randomBytes } from "node:crypto";
import { userInfo } from "node:os";
import type { Firestore } from "@google-cloud/firestore";
import { FirestoreApiKeys } from "../functions/src/api/firestore/firestore-api-keys.ts";
import type { KeyServices } from "./api-keys/commands.ts";
import { parseTask } from "./api-keys/task.ts";
import { readProjectConfig, runCommand, type Work, withDatabase } from "./command.ts";

const HELP = `Usage: npm run api-keys -- COMMAND --project PROJECT …

  create --organization ID --name NAME  makes a key for an organisation, and prints it this once
  list --organization ID                prints an organisation's keys: id, state, making, name
  rotate --key ID [--overlap HOURS]     makes another key like it, and prints it this once; the old
                                        one is good for so many hours still, 24 by default
  revoke --key ID                       has a key be good no more, at once

  --project PROJECT  whose functions/.env.PROJECT says which database the keys are in
  --key ID           what is between the underscores of mbk_ID_…

It acts with the application default credentials (\`gcloud auth application-default login\`), or on
the emulator at FIRESTORE_EMULATOR_HOST. Only a hash of a key is kept: one that is lost is rotated.
`;

process.exitCode = await runCommand({ help: HELP, prepare });

function prepare(args: string[]): Work | undefined {
  const task = parseTask(args);
  if (!task) return undefined;
  const config = readProjectConfig(task.project);
  return () =>
    withDatabase(config, async (firestore) => {
      process.stdout.write(await task.run(servicesOn(firestore)));
    });
}

function servicesOn(firestore: Firestore): KeyServices {
  const keys = new FirestoreApiKeys(firestore);
  return { keys, random: randomBytes, now: Date.now, operator: userInfo().username };
}
