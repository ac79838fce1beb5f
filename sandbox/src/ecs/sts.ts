import { randomBytes } from "node:crypto";
import type { Authority } from "./authorization.ts";
import { serveHttp } from "./http.ts";
import { answerAction, answerDenial, type Elements } from "./query-protocol.ts";
import { newRoleKeys, type RoleKeys } from "./role-keys.ts";
import { type Assumption, assumeRole, type Claims } from "./web-identity.ts";

export type StsOptions = {
  /** The claims that a token must carry to assume a role (`iss`, `aud`, `sub`), by the role's ARN. */
  roles: Readonly<Record<string, Claims>>;
  /** The port to listen on; 0, the default, takes a free one. */
  port?: number;
};

/** A session of a role, with the credentials that were given for it. */
export type RoleSession = RoleKeys & {
  roleArn: string;
  sessionName: string;
  sessionToken: string;
  /** Epoch milliseconds. */
  expiresAt: number;
};

/** A running STS. It judges the credentials that it gave: the `authority` of `startEcs`. */
export type Sts = Authority & {
  port: number;
  /** For the client's `endpoint`. */
  url: string;
  /** Oldest first. */
  sessions(): readonly RoleSession[];
  /** Lets every session given so far expire. */
  expire(): void;
  stop(): Promise<void>;
};

/** Serves AssumeRoleWithWebIdentity (AWS query protocol, XML) over plain HTTP. */
export async function startSts({ roles, port = 0 }: StsOptions): Promise<Sts> {
  const sessions: RoleSession[] = [];
  const server = await serveHttp(port, async ({ body }) => {
    const decision = assumeRole(new URLSearchParams(body), roles, Date.now());
    if (!decision.ok) return answerDenial(decision);
    const session = newSession(decision);
    sessions.push(session);
    return answerAction("AssumeRoleWithWebIdentity", resultOf(session, decision.claims));
  });
  return {
    port: server.port,
    url: server.url,
    sessions: () => sessions,
    expire: () => {
      for (const session of sessions) session.expiresAt = Date.now();
    },
    stop: () => server.close(),
    judge: (accessKeyId, sessionToken) => {
      const session = sessions.find((given) => given.accessKeyId === accessKeyId);
      if (session?.sessionToken !== sessionToken) return "unknown";
      return session.expiresAt > Date.now() ? "valid" : "expired";
    },
  };
}

function newSession({ roleArn, sessionName, durationSeconds }: Assumption): RoleSession {
  return {
    roleArn,
    sessionName,
    ...newRoleKeys(),
    sessionToken: randomBytes(96).toString("base64"),
    expiresAt: Date.now() + durationSeconds * 1000,
  };
}

function resultOf(session: RoleSession, { sub, aud, iss }: Claims): Elements {
  const role = session.roleArn
    .replace("arn:aws:iam:", "arn:aws:sts:")
    .replace(":role", ":assumed-role");
  return {
    SubjectFromWebIdentityToken: String(sub),
    Audience: String(aud),
    Provider: String(iss),
    AssumedRoleUser: {
      Arn: `${role}/${session.sessionName}`,
      AssumedRoleId: `AROA0000000000000000:${session.sessionName}`,
    },
    Credentials: {
      AccessKeyId: session.accessKeyId,
      SecretAccessKey: session.secretAccessKey,
      SessionToken: session.sessionToken,
      Expiration: new Date(session.expiresAt).toISOString(),
    },
  };
}
