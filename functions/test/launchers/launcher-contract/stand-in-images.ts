import { join } from "node:path";
import type { LocalImage } from "../../../../sandbox/src/machine/machine.ts";
import { ROOT } from "../../../../sandbox/src/root.ts";

/** The values of MANAGER_IMAGE and MEETING_BOT_IMAGE that `STAND_INS` has commands for. */
export const MANAGER_IMAGE = "manager";
export const BOT_IMAGE = "meeting-bot";

/** For containers between SIGTERM and SIGKILL: more than the stand-ins need, on a machine that is busy. */
export const GRACE_MS = 3000;

/**
 * What runs for the images: each container does what `$SCRIPT` of its environment says, and then waits to
 * be ended. The bot answers its startup probe as well, and heeds STOP_FILE.
 */
export const STAND_INS = {
  [MANAGER_IMAGE]: { command: ["/bin/sh", "-c", 'eval "$SCRIPT"; exec sleep 60'] },
  [BOT_IMAGE]: {
    command: [
      "/bin/sh",
      join(ROOT, "deploy/meeting-bot/entrypoint.sh"),
      process.execPath,
      join(ROOT, "functions/test/launchers/launcher-contract/stand-in-bot.ts"),
    ],
    env: { PORT: "3000" },
  },
} satisfies Record<string, LocalImage>;
