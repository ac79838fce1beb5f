import { startKubernetes } from "../kubernetes/server.ts";
import { BOT_IMAGE, localImages, MANAGER_IMAGE } from "./images.ts";
import type { Platform, PlatformOptions } from "./platform.ts";

/** Starts the local Kubernetes, whose nodes have the images already. */
export async function startGke({ bot, ...options }: PlatformOptions): Promise<Platform> {
  const kubernetes = await startKubernetes({ ...options, images: localImages(bot) });
  return {
    functionsEnv: {
      LAUNCHER: "gke",
      KUBERNETES_ENDPOINT: `${kubernetes.host}:${kubernetes.port}`,
      MANAGER_IMAGE,
      MEETING_BOT_IMAGE: BOT_IMAGE,
    },
    stop: () => kubernetes.stop(),
  };
}
