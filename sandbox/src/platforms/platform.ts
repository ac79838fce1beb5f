import type { CloudRun } from "../cloud-run/server.ts";

/** What stands in for a platform that runs bots. */
export interface Platform {
  /** The local Cloud Run, where that is what stands in. */
  cloudRun?: CloudRun;
  /** The variables by which the functions find it, and know it to be the one. */
  functionsEnv: Readonly<Record<string, string>>;
  /** Ends every execution and the stand-in; nothing is left but logs. */
  stop(): Promise<void>;
}

/** What every stand-in is told. */
export interface PlatformOptions {
  projectId: string;
  /** `project/database`, which executions carry. */
  scope: string;
  /** What the real platform would give a container by itself, and secrets: added to before the first one runs. */
  platformEnv: Record<string, string>;
  /** Variables of the bot's simulator. */
  bot: Readonly<Record<string, string>>;
  logDir: string;
  /** Where containers' volumes live while they run. */
  scratchRoot: string;
  /** The port to listen on; 0 takes a free one. */
  port: number;
  /** `accept` takes launches without running anything. */
  mode: "run" | "accept";
}
