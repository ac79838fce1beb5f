import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { emulatorAddress } from "../../../../core/test/support/emulator.ts";
import { freePorts } from "../../../../sandbox/src/ports.ts";

const SCRIPT = fileURLToPath(new URL("serve-functions.ts", import.meta.url));

/** What the functions are told. */
export interface SenderOptions {
  projectId: string;
  tasksHost: string;
  masters: string;
}

/** The functions in a process of their own, which can be killed and started again. */
export class SenderProcess {
  readonly url: string;
  readonly #port: number;
  readonly #env: Record<string, string>;
  #child: ChildProcess | undefined;

  constructor(port: number, { projectId, tasksHost, masters }: SenderOptions) {
    this.#port = port;
    this.url = `http://127.0.0.1:${port}`;
    this.#env = {
      PATH: process.env["PATH"] ?? "",
      GCLOUD_PROJECT: projectId,
      GCS_BUCKET: "recordings",
      FUNCTIONS_EMULATOR: "true",
      FIRESTORE_EMULATOR_HOST: emulatorAddress(),
      CLOUD_TASKS_EMULATOR_HOST: tasksHost,
      METADATA_SERVER_DETECTION: "none",
      WEBHOOK_SECRETS: masters,
      LOG_LEVEL: "ERROR",
    };
  }

  static async start(options: SenderOptions): Promise<SenderProcess> {
    const [port = 0] = await freePorts(1);
    const sender = new SenderProcess(port, options);
    await sender.start();
    return sender;
  }

  async start(): Promise<void> {
    const child = spawn(process.execPath, [SCRIPT, String(this.#port)], {
      env: this.#env,
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.#child = child;
    await Promise.race([once(child.stdout, "data"), failOnExit(child)]);
    child.stdout.resume();
  }

  /** Ends it at once, whatever it is doing. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  }

  /** Runs the sweep of webhooks as Cloud Scheduler does; the status of its answer. */
  async sweep(): Promise<number> {
    const headers = { "content-type": "application/json" };
    const url = `${this.url}/p/r/sweepWebhooks`;
    const response = await fetch(url, { method: "POST", headers, body: "{}" });
    await response.body?.cancel();
    return response.status;
  }
}

async function failOnExit(child: ChildProcess): Promise<never> {
  const [code] = await once(child, "exit");
  throw new Error(`The functions ended with ${code} before they listened.`);
}
