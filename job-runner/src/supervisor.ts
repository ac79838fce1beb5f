import { fileURLToPath } from "node:url";
import { supervise } from "./supervisor/supervise.ts";
import { keepTimeLimit } from "./supervisor/time-limit.ts";

keepTimeLimit(process.env["EXECUTION_TIMEOUT_SECONDS"]);

/** The container's first process: the tiny parent of the manager that lies beside it. */
process.exit(
  await supervise({
    manager: fileURLToPath(new URL("main.js", import.meta.url)),
    environment: process.env,
    onRestart: (reason, restarts) => {
      const message = "the manager died and is started again";
      const entry = { severity: "ERROR", message, reason, restarts };
      process.stdout.write(`${JSON.stringify(entry)}\n`);
    },
  }),
);
