import { onRequest } from "firebase-functions/v2/https";
import { services } from "../compose.ts";
import { answerNotice } from "../incoming/answer-notice.ts";
import { placement } from "../params.ts";
import { notifyWebhookSecret, readSecretList } from "../secrets.ts";

/** A stand-alone meeting bot has stored a recording: it is imported. Who may say so shows in the signature. */
export const recordingComplete = onRequest(
  { ...placement, invoker: "public", secrets: [notifyWebhookSecret] },
  (request, response) =>
    answerNotice(() => ({ ...services(), secrets: readSecrets }), request, response),
);

function readSecrets(): string[] {
  return readSecretList(notifyWebhookSecret.name, notifyWebhookSecret.value());
}
