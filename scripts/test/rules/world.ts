import {
  assertFails,
  initializeTestEnvironment,
  type RulesTestContext,
  type RulesTestEnvironment,
} from "@firebase/rules-unit-testing";
import { setLogLevel } from "firebase/firestore";
import type { Row } from "./row.ts";
import type { Spelling } from "./spelling.ts";

/** Firestore as one caller has it. */
export type Database = ReturnType<RulesTestContext["firestore"]>;

/** Who asks: members by either way, and everybody who is none. */
export const CALLERS = [
  "member",
  "member by document",
  "other's member",
  "stranger",
  "visitor",
  "one whose claim is empty",
  "one whose claim is null",
] as const;
export type Caller = (typeof CALLERS)[number];

/** A project of the emulator with rules and documents; everybody has a connection of their own. */
export interface World extends AsyncDisposable {
  /** Whether the rules let a row's caller do what the row says. */
  allows(row: Row): Promise<boolean>;
}

// Each refusal would be a warning.
setLogLevel("silent");

/** Loads rules and documents into a project of that id, which no other test may use. */
export async function openWorld(
  projectId: string,
  rules: string,
  spelling: Spelling,
): Promise<World> {
  const [host = "", port] = (process.env["TEST_FIRESTORE_HOST"] ?? "").split(":");
  const firestore = { host, port: Number(port), rules };
  const environment = await initializeTestEnvironment({ projectId, firestore });
  await environment.withSecurityRulesDisabled((context) => plant(context.firestore(), spelling));
  const contexts = contextsOf(environment, spelling.config.organizationClaim);
  const databases = new Map(
    CALLERS.map((caller) => [caller, contexts[caller].firestore()] as const),
  );
  return {
    async allows({ who, ask }) {
      const database = databases.get(who);
      return database !== undefined && (await isAllowed(ask(database)));
    },
    [Symbol.asyncDispose]: () => environment.cleanup(),
  };
}

function contextsOf(
  environment: RulesTestEnvironment,
  claim: string,
): Record<Caller, RulesTestContext> {
  const signedIn = (userId: string, value?: unknown) =>
    environment.authenticatedContext(userId, value === undefined ? {} : { [claim]: value });
  return {
    member: signedIn("ann", "acme"),
    "member by document": signedIn("bea"),
    "other's member": signedIn("otto", "umbrella"),
    stranger: signedIn("sam"),
    visitor: environment.unauthenticatedContext(),
    "one whose claim is empty": signedIn("eve", ""),
    "one whose claim is null": signedIn("nat", null),
  };
}

async function isAllowed(asked: Promise<unknown>): Promise<boolean> {
  try {
    await asked;
    return true;
  } catch (error) {
    // Throws when it is any other error.
    await assertFails(Promise.reject(error));
    return false;
  }
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
    ...mapKeys(RECORDINGS, (name) => `recordings/${name}`),
    "notes/1": ours,
  };
  const batch = database.batch();
  for (const [path, fields] of Object.entries(documents)) batch.set(database.doc(path), fields);
  await batch.commit();
}

function mapKeys<T>(values: Record<string, T>, map: (key: string) => string): Record<string, T> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [map(key), value]));
}

/** Documents that stand for objects in a bucket, with their metadata. */
export const RECORDINGS = {
  "of-acme": { metadata: { organization: "acme" } },
  "of-empty": { metadata: { organization: "" } },
  "of-null": { metadata: { organization: null } },
  part: { metadata: {} },
};

/** A document of each collection that is for the service alone. */
export const HIDDEN = [
  "bot_sessions/room",
  "bot_webhooks/org-acme",
  "bot_webhook_deliveries/msg_1",
  "bot_api_keys/key",
  "bot_idempotency_keys/key",
];
