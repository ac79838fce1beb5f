export type { ExecutionRecord } from "./cloud-run/execution.ts";
export { type CloudRun, startCloudRun } from "./cloud-run/server.ts";
export { type FirebaseEmulators, startFirebaseEmulators } from "./firebase/emulators.ts";
export { startFirestoreEmulator } from "./firebase/firestore-emulator.ts";
export {
  mostAtOnce,
  type Presence,
  presencesIn,
  presentBetween,
  roomOf,
} from "./meeting-bot/room-register.ts";
export { loadSandboxJob } from "./platforms/sandbox-job.ts";
export { descendants, listProcesses } from "./process-tree.ts";
export { ROOT } from "./root.ts";
export { connectFirestore, type Sandbox, type SandboxOptions, startSandbox } from "./sandbox.ts";
export { startTaskQueues } from "./tasks/task-queues.ts";
export { waitForDocument } from "./wait-for-document.ts";
export { accept, always, failing } from "./webhook-receiver/answers.ts";
export {
  type ReceivedMessage,
  startWebhookReceiver,
  type WebhookReceiver,
} from "./webhook-receiver/webhook-receiver.ts";
export { writtenEvent } from "./written-event.ts";
