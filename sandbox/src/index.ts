export type { ExecutionRecord } from "./cloud-run/execution.ts";
export { type FirebaseEmulators, startFirebaseEmulators } from "./firebase/emulators.ts";
export { ROOT } from "./root.ts";
export { type Sandbox, type SandboxOptions, startSandbox } from "./sandbox.ts";
export { waitForDocument } from "./wait-for-document.ts";
