import { writeFile } from "node:fs/promises";
import type { MeetingBotClient } from "./bot/meeting-bot-client.ts";

/**
 * Takes the bot out of the room. It has no route for that and one container cannot signal another, so
 * that its container watches for a file; the fork's own shutdown serves where the container does not.
 * Never throws: there is nothing that a caller could do.
 */
export async function stopBot(
  stopFile: string,
  client: Pick<MeetingBotClient, "shutdown">,
  onError: (error: unknown) => void,
): Promise<void> {
  await writeFile(stopFile, "").catch(onError);
  await client.shutdown();
}
