import { initializeTestEnvironment, type RulesTestContext } from "@firebase/rules-unit-testing";
import { setLogLevel } from "firebase/firestore";
import { servicesOf } from "./callers.ts";
import type { Spelling } from "./spelling.ts";
import { isAllowed, type World } from "./world.ts";

/** Firestore as one caller has it. */
export type Database = ReturnType<RulesTestContext["firestore"]>;

// Each refusal would be a warning.
setLogLevel("silent");

/** Loads rules and documents into a project of that id, which no other test may use. */
export async function openFirestoreWorld(
  projectId: string,
  rules: string,
  spelling: Spelling,
): Promise<World<Database>> {
  const [host = "", port] = (process.env["TEST_FIRESTORE_HOST"] ?? "").split(":");
  const firestore = { host, port: Number(port), rules };
  const environment = await initializeTestEnvironment({ projectId, firestore });
  await environment.withSecurityRulesDisabled((context) => plant(context.firestore(), spelling));
  const claim = spelling.config.organizationClaim;
  const databases = servicesOf(environment, claim, (context) => context.firestore());
  return {
    allows: ({ who, ask }) => isAllowed(ask(databases[who])),
    [Symbol.asyncDispose]: () => environment.cleanup(),
  };
}

/** What there is in every world, written by the service. */
async function plant(database: Database, { config, ...at }: Spelling): Promise<void> {
  const ours = { creator_organization_id: "acme" };
  const meeting = {
    meeting_url: "https://meet.google.com/abc-defg-hij",
    creator_user_id: "ann",
    [config.meetingStatusField]: "scheduled",
    [config.meetingInstanceField]: "recorder",
    recording: { status: "processing" },
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
