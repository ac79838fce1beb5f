import { ROLE_ARN } from "./arns.ts";
import { type Denial, deny } from "./query-protocol.ts";

/** Claims of an identity token. */
export type Claims = Readonly<Record<string, unknown>>;

/** A role that a token may be exchanged for. */
export type Assumption = {
  ok: true;
  roleArn: string;
  sessionName: string;
  durationSeconds: number;
  claims: Claims;
};

/** What a session may last when its role says nothing else. */
const SESSION_SECONDS = { least: 900, most: 3600 };

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html */
const FORMS = {
  RoleArn: ROLE_ARN,
  RoleSessionName: /^[\w+=,.@-]{2,64}$/,
  WebIdentityToken: /^\S{4,20000}$/,
} as const;

/** What STS says of a role that does not exist as of one that does not trust the token. */
const NOT_AUTHORIZED = deny(
  "AccessDenied",
  "Not authorized to perform sts:AssumeRoleWithWebIdentity",
  403,
);

/**
 * Decides about a call of AssumeRoleWithWebIdentity. `roles` has the claims that each role trusts, by its ARN;
 * `now` is epoch milliseconds. The token's signature is not verified: the issuer's keys are not on this machine.
 */
export function assumeRole(
  parameters: URLSearchParams,
  roles: Readonly<Record<string, Claims>>,
  now: number,
): Assumption | Denial {
  const valueAt = (name: string) => parameters.get(name) ?? "";
  if (valueAt("Action") !== "AssumeRoleWithWebIdentity" || valueAt("Version") !== "2011-06-15") {
    return deny("InvalidAction", "There is no such operation in this version.");
  }
  for (const [name, form] of Object.entries(FORMS)) {
    if (!form.test(valueAt(name))) {
      return deny("ValidationError", `The value of '${name}' fails to satisfy its constraint`);
    }
  }
  const durationSeconds = Number(parameters.get("DurationSeconds") ?? SESSION_SECONDS.most);
  if (!(durationSeconds >= SESSION_SECONDS.least && durationSeconds <= SESSION_SECONDS.most)) {
    return deny("ValidationError", "DurationSeconds is not within what the role allows.");
  }
  const claims = readClaims(valueAt("WebIdentityToken"));
  if (!claims) return deny("InvalidIdentityToken", "The ID Token provided is not a valid JWT.");
  const roleArn = valueAt("RoleArn");
  const denial = judge(claims, roles[roleArn], now);
  const sessionName = valueAt("RoleSessionName");
  return denial ?? { ok: true, roleArn, sessionName, durationSeconds, claims };
}

function judge(claims: Claims, trusted: Claims | undefined, now: number): Denial | undefined {
  const { exp, sub, aud } = claims as { exp?: unknown; sub?: unknown; aud?: unknown };
  if (typeof exp !== "number" || typeof sub !== "string" || typeof aud !== "string") {
    return deny(
      "InvalidIdentityToken",
      "The ID Token lacks an expiration, a subject or an audience.",
    );
  }
  if (exp * 1000 <= now) {
    const message = "Token expired: current date/time must be before the expiration date/time";
    return deny("ExpiredTokenException", message);
  }
  const isTrusted =
    trusted && Object.entries(trusted).every(([name, value]) => claims[name] === value);
  return isTrusted ? undefined : NOT_AUTHORIZED;
}

/** The claims of a JSON web token; undefined when it is none. */
function readClaims(token: string): Claims | undefined {
  const [, payload = ""] = /^[\w-]+\.([\w-]+)\.[\w-]+$/.exec(token) ?? [];
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, "base64url").toString());
    return typeof claims === "object" && claims !== null ? { ...claims } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
