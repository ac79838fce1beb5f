import { initializeTestEnvironment, type RulesTestContext } from "@firebase/rules-unit-testing";
import { deleteApp, initializeApp } from "firebase/app";
import {
  connectFirestoreEmulator,
  type Firestore,
  getFirestore,
  setLogLevel,
} from "firebase/firestore/lite";
import { servicesOf, type User } from "./callers.ts";
import type { Spelling } from "./spelling.ts";
import { isAllowed, type World } from "./world.ts";

/**
 * Firestore as one caller has it: a request for each question, by REST. The whole client asks by one stream
 * whose answers the emulator may garble when they come together (firebase-tools, issue 8654), and then rests it
 * for up to a minute.
 */
export type Database = Firestore;

/** Firestore as the service has it. */
type Unruled = ReturnType<RulesTestContext["firestore"]>;

// Each refusal would be a warning.
setLogLevel("silent");

/** Loads rules and documents into a project of that id, which no other test may use. */
export async function openFirestoreWorld(
  projectId: string,
  rules: string,
  spelling: Spelling,
): Promise<World<Database>> {
  const [host = "", text] = (process.env["TEST_FIRESTORE_HOST"] ?? "").split(":");
  const port = Number(text);
  const firestore = { host, port, rules };
  const environment = await initializeTestEnvironment({ projectId, firestore });
  await environment.withSecurityRulesDisabled((context) => plant(context.firestore(), spelling));
  const databases = servicesOf(spelling.config.organizationClaim, (user) =>
    openDatabase({ projectId, host, port, user }),
  );
  return {
    allows: ({ who, ask }) => isAllowed(ask(databases[who])),
    [Symbol.asyncDispose]: async () => {
      await Promise.all(Object.values(databases).map(({ app }) => deleteApp(app)));
      await environment.cleanup();
    },
  };
}

interface Connection {
  projectId: string;
  host: string;
  port: number;
  user: User | undefined;
}

function openDatabase({ projectId, host, port, user }: Connection): Database {
  const app = initializeApp({ projectId }, `${projectId} ${user?.id ?? "visitor"}`);
  const database = getFirestore(app);
  const options = user && { mockUserToken: { sub: user.id, ...user.claims } };
  connectFirestoreEmulator(database, host, port, options);
  return database;
}

/** What there is in every world, written by the service. */
async function plant(database: Unruled, { config, ...at }: Spelling): Promise<void> {
  const ours = { creator_organization_id: "acme" };
  const meeting = {
    meeting_url: "https://meet.google.com/abc-defg-hij",
    creator_user_id: "ann",
    [config.meetingStatusField]: "scheduled",
    [config.meetingInstanceField]: "recorder",
    recording: { status: "processing" },
    owner: "bea",
    approved: false,
  };
  const documents: Record<string, object> = {
    [at.membership("bea")]: {},
    [`${at.meetings}/planned`]: { ...ours, ...meeting },
    [`${at.meetings}/of-empty`]: { ...meeting, creator_organization_id: "" },
    [`${at.meetings}/of-null`]: { ...meeting, creator_organization_id: null },
    "bot_instances/recorder": { ...ours, meeting_url: meeting.meeting_url },
    "bot_instances/recorder/bot_events/1": { what: "claimed" },
    ...Object.fromEntries(HIDDEN.map((path) => [path, ours])),
    "notes/1": ours,
  };
  const batch = database.batch();
  for (const [path, fields] of Object.entries(documents)) batch.set(database.doc(path), fields);
  await batch.commit();
}

/** A document of each collection that is for the service alone. */
export const HIDDEN = [
  "bot_sessions/room",
  "bot_webhooks/org-acme",
  "bot_webhook_deliveries/msg_1",
  "bot_api_keys/key",
  "bot_idempotency_keys/key",
];
