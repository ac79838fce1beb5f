import { generateKeyPairSync } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * Writes the key of a service account that nobody knows into `folder`; its path, for
 * `GOOGLE_APPLICATION_CREDENTIALS`. URLs are signed with it, as IAM would do for a deployed function.
 */
export async function writeServiceAccount(folder: string): Promise<string> {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const path = join(folder, "service-account.json");
  const key = {
    type: "service_account",
    project_id: "demo-meeting-bot",
    client_email: "functions@demo-meeting-bot.iam.gserviceaccount.com",
    private_key: privateKey.export({ type: "pkcs8", format: "pem" }),
  };
  await writeFile(path, JSON.stringify(key), { mode: 0o600 });
  return path;
}
