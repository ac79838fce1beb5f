import { randomUUID } from "node:crypto";
import { Firestore } from "@google-cloud/firestore";

/** Where the test run's set-up puts the emulator's address: not where every client would find it. */
const VARIABLE = "TEST_FIRESTORE_HOST";
const CLIENT_VARIABLE = "FIRESTORE_EMULATOR_HOST";

/**
 * Commits again after UNKNOWN, on the channel, whatever the client repeats by itself: the emulator fails
 * so when a listener of somebody else's leaves meanwhile ("Stream is already completed").
 */
export const REPEATED_COMMITS = {
  "grpc.service_config": JSON.stringify({
    loadBalancingConfig: [],
    methodConfig: [
      {
        name: [{ service: "google.firestore.v1.Firestore", method: "Commit" }],
        retryPolicy: {
          maxAttempts: 5,
          initialBackoff: "0.02s",
          maxBackoff: "1s",
          backoffMultiplier: 2,
          retryableStatusCodes: ["UNKNOWN"],
        },
      },
    ],
  }),
};

/** `host:port` of the Firestore emulator that the whole test run shares. */
export function emulatorAddress(): string {
  const address = process.env[VARIABLE];
  if (address) return address;
  throw new Error(`${VARIABLE} is not set: the test run's set-up starts the emulator and sets it.`);
}

/** A project of its own: the emulator keeps their data apart. */
export function newProjectId(): string {
  return `demo-${randomUUID()}`;
}

/** A client of the emulator; or of whatever stands in front of it at `address`, as a deployment has it. */
export function openFirestore(projectId: string, address?: string): Firestore {
  // The client looks for no credentials only with the variable, which it reads when it is made.
  process.env[CLIENT_VARIABLE] = address ?? emulatorAddress();
  try {
    const patience = address === undefined ? REPEATED_COMMITS : {};
    return new Firestore({ projectId, ignoreUndefinedProperties: false, ...patience });
  } finally {
    delete process.env[CLIENT_VARIABLE];
  }
}
