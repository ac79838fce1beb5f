import { randomUUID } from "node:crypto";
import { generate } from "selfsigned";

/** A certificate and its private key, both as PEM. */
export interface Identity {
  cert: string;
  key: string;
}

const ELLIPTIC = { keyType: "ec", algorithm: "sha256" } as const;

/** A certificate authority that nobody has known before. */
export async function makeAuthority(): Promise<Identity> {
  const name = [{ name: "commonName", value: randomUUID() }];
  const { cert, private: key } = await generate(name, {
    ...ELLIPTIC,
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, critical: true },
    ],
  });
  return { cert, key };
}

/** A server's certificate, signed by an authority, for an IP address. */
export async function certify(authority: Identity, ip = "127.0.0.1"): Promise<Identity> {
  const name = [{ name: "commonName", value: "kubernetes" }];
  const { cert, private: key } = await generate(name, {
    ...ELLIPTIC,
    ca: authority,
    extensions: [
      { name: "basicConstraints", cA: false, critical: true },
      { name: "extKeyUsage", serverAuth: true },
      {
        name: "subjectAltName",
        altNames: [
          { type: 7, ip },
          { type: 2, value: "localhost" },
        ],
      },
    ],
  });
  return { cert, key };
}
