import { initializeTestEnvironment, type RulesTestContext } from "@firebase/rules-unit-testing";
import type { StorageEmulator } from "../../../sandbox/src/firebase/storage-emulator.ts";
import { servicesOf } from "./callers.ts";
import type { Spelling } from "./spelling.ts";
import { isAllowed, type World } from "./world.ts";

/** A bucket as one caller has it. */
export type Bucket = ReturnType<RulesTestContext["storage"]>;

/** A recording of `acme`, one that names nobody, and a part of one that is made: it does not say whose it is. */
export const OURS = "recordings/acme/one/video.mp4";
export const UNNAMED = "recordings/one/video.mp4";
export const PART = "recordings/acme/one/raw/000001.part";

/** What there is in every bucket, and its metadata. */
const OBJECTS: Readonly<Record<string, Record<string, string>>> = {
  [OURS]: { organization: "acme" },
  [UNNAMED]: { organization: "" },
  [PART]: {},
};

/** Loads rules, objects and memberships into the emulators; one world at a time. */
export async function openStorageWorld(
  { storage, firestore }: StorageEmulator,
  projectId: string,
  rules: string,
  { config, membership }: Spelling,
): Promise<World<Bucket>> {
  const environment = await initializeTestEnvironment({
    projectId,
    storage: { ...storage, rules },
    firestore,
  });
  await environment.clearStorage();
  await environment.clearFirestore();
  await environment.withSecurityRulesDisabled(async (context) => {
    await context.firestore().doc(membership("bea")).set({});
    for (const [name, customMetadata] of Object.entries(OBJECTS)) {
      await context.storage().ref(name).putString("x", "raw", { customMetadata });
    }
  });
  const buckets = servicesOf(config.organizationClaim, (user) =>
    (user
      ? environment.authenticatedContext(user.id, user.claims)
      : environment.unauthenticatedContext()
    ).storage(),
  );
  let asked: Promise<unknown> = Promise.resolve();
  return {
    // One after another: the emulator takes two answers of its rules that come together for none.
    allows({ who, ask }) {
      const allowed = asked.then(() => isAllowed(ask(buckets[who])));
      asked = allowed.catch(() => undefined);
      return allowed;
    },
    [Symbol.asyncDispose]: () => environment.cleanup(),
  };
}
