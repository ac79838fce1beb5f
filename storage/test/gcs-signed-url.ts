import { createHash, createVerify, generateKeyPairSync } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A service account of our own making, as long as the tests run. */
export interface ServiceAccount {
  /** Throws unless the URL was signed by this account, as Cloud Storage would check it. */
  verify(url: URL): void;
  remove(): Promise<void>;
}

/** Makes a key and lets Google's clients find it. */
export async function useServiceAccount(): Promise<ServiceAccount> {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const folder = await mkdtemp(join(tmpdir(), "service-account-"));
  const path = join(folder, "key.json");
  const key = {
    type: "service_account",
    // Without one the client looks for it everywhere, which takes seconds.
    project_id: "demo-storage",
    client_email: "bot@demo.iam.gserviceaccount.com",
    private_key: privateKey.export({ type: "pkcs8", format: "pem" }),
  };
  await writeFile(path, JSON.stringify(key));
  const before = process.env["GOOGLE_APPLICATION_CREDENTIALS"];
  process.env["GOOGLE_APPLICATION_CREDENTIALS"] = path;
  return {
    verify: (url) => {
      const verifier = createVerify("RSA-SHA256").update(stringToSign(url));
      const signature = url.searchParams.get("X-Goog-Signature") ?? "";
      if (!verifier.verify(publicKey, signature, "hex")) throw new Error("SignatureDoesNotMatch");
    },
    remove: async () => {
      if (before === undefined) delete process.env["GOOGLE_APPLICATION_CREDENTIALS"];
      else process.env["GOOGLE_APPLICATION_CREDENTIALS"] = before;
      await rm(folder, { recursive: true });
    },
  };
}

/** https://cloud.google.com/storage/docs/authentication/canonical-requests */
function stringToSign(url: URL): string {
  const value = (name: string) => url.searchParams.get(`X-Goog-${name}`) ?? "";
  const query = url.search.slice(1).split("&");
  const signed = query.filter((pair) => !pair.startsWith("X-Goog-Signature=")).sort();
  const host = `host:${url.hostname}\n`;
  const request = ["GET", url.pathname, signed.join("&"), host, "host", "UNSIGNED-PAYLOAD"];
  const hash = createHash("sha256").update(request.join("\n")).digest("hex");
  const scope = value("Credential").split("/").slice(1).join("/");
  return [value("Algorithm"), value("Date"), scope, hash].join("\n");
}
