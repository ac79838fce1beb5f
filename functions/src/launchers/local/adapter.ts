import { type Adapter, adapter } from "../adapter.ts";
import { localSettings } from "./settings.ts";

/** Runs bots as processes of this machine. */
export const local: Adapter = adapter({
  settings: localSettings,
  connect: async (platform, config) =>
    (await import("./launcher.ts")).connectLocal(platform, config),
});
