import { fromWebToken } from "@aws-sdk/credential-provider-web-identity";
import { GoogleAuth } from "google-auth-library";

/** The AWS role that stands for a Google service account, and how it is assumed. */
export interface Role {
  roleArn: string;
  /** The audience of the identity token. */
  roleAudience: string;
  region: string;
  /** A local stand-in for STS; empty for the real one. */
  stsEndpoint: string;
}

/** No credentials: either Google gave no identity token, or AWS did not take it. Nothing else was asked. */
export class FederationError extends Error {
  override readonly name = "FederationError";

  constructor(cause: unknown) {
    super(String(cause), { cause });
  }
}

/** As CloudTrail names what is done with the role. */
const SESSION_NAME = "meeting-bot-functions";

/**
 * Credentials of a role for an hour, in exchange for an identity token that is made anew each time: no key
 * is kept anywhere. The AWS client asks again five minutes before they end. Throws a FederationError.
 */
export function assumeRole(
  { roleArn, roleAudience, region, stsEndpoint }: Role,
  identityToken: (audience: string) => Promise<string> = googleIdentityToken,
): ReturnType<typeof fromWebToken> {
  const clientConfig = { region, ...(stsEndpoint && { endpoint: `http://${stsEndpoint}` }) };
  return async () => {
    try {
      const webIdentityToken = await identityToken(roleAudience);
      const role = { roleArn, roleSessionName: SESSION_NAME, webIdentityToken, clientConfig };
      return await fromWebToken(role)();
    } catch (error) {
      throw new FederationError(error);
    }
  };
}

/** An identity token of the service account that this process runs as, signed by Google. */
export async function googleIdentityToken(audience: string): Promise<string> {
  const { idTokenProvider } = await new GoogleAuth().getIdTokenClient(audience);
  return idTokenProvider.fetchIdToken(audience);
}
