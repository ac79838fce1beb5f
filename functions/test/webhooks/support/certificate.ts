import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { generate } from "selfsigned";

/** Key and certificate of a server, as PEM. */
export interface Certificate {
  key: string;
  cert: string;
}

/** Makes a certificate for a host name and 127.0.0.1, which nobody trusts. */
export async function makeCertificate(host: string): Promise<Certificate> {
  const { private: key, cert } = await generate([{ name: "commonName", value: host }], {
    keyType: "ec",
    algorithm: "sha256",
    extensions: [
      {
        name: "subjectAltName",
        altNames: [
          { type: 2, value: host },
          { type: 7, ip: "127.0.0.1" },
        ],
      },
    ],
  });
  return { key, cert };
}

/** Has this process trust a certificate while something runs. */
export async function trusting<T>({ cert }: Certificate, run: () => Promise<T>): Promise<T> {
  const usual = getCACertificates("default");
  setDefaultCACertificates([...usual, cert]);
  try {
    return await run();
  } finally {
    setDefaultCACertificates(usual);
  }
}
