export { type CloudRun, startCloudRun } from "./cloud-run/server.ts";
export type { ExecutionRecord } from "./cloud-run/execution.ts";
export { type FirebaseEmulators, startFirebaseEmulators } from "./firebase/emulators.ts";
export { ROOT } from "./root.ts";
export { connectFirestore, type Sandbox, type SandboxOptions, startSandbox } from "./sandbox.ts";
export { waitForDocument } from "./wait-for-document.ts";
export { loadSandboxJob } from "./sandbox-job.ts";
export { startFirestoreEmulator } from "./firebase/firestore-emulator.ts";
export { startTaskQueues } from "./tasks/task-queues.ts";
