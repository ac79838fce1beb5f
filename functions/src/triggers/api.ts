import type { Express } from "express";
import { onRequest } from "firebase-functions/v2/https";
import { services } from "../compose.ts";
import { lazily } from "../lazily.ts";
import { placement } from "../params.ts";
import { s3Keys } from "../secrets.ts";

const app = lazily(connectApi);

/** For callers that do not speak Firestore. Anybody may call it; it asks everybody for a token itself. */
export const api = onRequest(
  { ...placement, invoker: "public", timeoutSeconds: 300, secrets: [s3Keys] },
  async (request, response) => {
    const serve = await app();
    serve(request, response);
  },
);

/** What only requests need is loaded by the first of them: other functions start from the same bundle. */
async function connectApi(): Promise<Express> {
  const { composeApi } = await import("../api/compose.ts");
  return composeApi(services());
}
