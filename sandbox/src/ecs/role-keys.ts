import { randomBytes } from "node:crypto";

/** The keys of a role's session, without its token. */
export type RoleKeys = { accessKeyId: string; secretAccessKey: string };

/** New keys in the form of a session's. */
export function newRoleKeys(): RoleKeys {
  return {
    accessKeyId: `ASIA${randomBytes(8).toString("hex").toUpperCase()}`,
    secretAccessKey: randomBytes(30).toString("base64"),
  };
}
