import type { IncomingHttpHeaders } from "node:http";
import { type Refusal, refuse } from "./protocol.ts";

/** Who knows which credentials are good. */
export type Authority = {
  judge(accessKeyId: string, sessionToken: string): "valid" | "expired" | "unknown";
};

/** The header of https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html */
const HEADER =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=[^,]+, ?Signature=[0-9a-f]{64}$/;

/**
 * Why a request is not let in, in the service's words; undefined when it is. The signature's form and scope
 * are checked, not the signature itself; without an authority every access key is good.
 */
export function refuseStranger(
  headers: IncomingHttpHeaders,
  region: string,
  authority: Authority | undefined,
): Refusal | undefined {
  const match = HEADER.exec(headers.authorization ?? "");
  if (!match) return refuse("MissingAuthenticationTokenException", "Missing Authentication Token");
  const [, accessKeyId = "", day = "", signedRegion, service] = match;
  if (signedRegion !== region) {
    return refuse("InvalidSignatureException", "Credential should be scoped to a valid region.");
  }
  if (service !== "ecs") {
    return refuse("InvalidSignatureException", "Credential should be scoped to correct service.");
  }
  if (!String(headers["x-amz-date"]).startsWith(day)) {
    return refuse("InvalidSignatureException", "Date in Credential scope does not match.");
  }
  const verdict = authority?.judge(accessKeyId, String(headers["x-amz-security-token"] ?? ""));
  return verdict && REFUSALS[verdict];
}

const REFUSALS = {
  valid: undefined,
  expired: refuse("ExpiredTokenException", "The security token included in the request is expired"),
  unknown: refuse(
    "UnrecognizedClientException",
    "The security token included in the request is invalid.",
  ),
} as const;
