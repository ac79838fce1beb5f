import { spawnSync } from "node:child_process";
import { createServer } from "node:http";

// Behind the derived image's own entry point, which ends it when STOP_FILE appears.
spawnSync("/bin/sh", ["-c", process.env["SCRIPT"] ?? ""], { stdio: "inherit" });
createServer((_, response) => response.end()).listen(Number(process.env["PORT"]), "127.0.0.1");
