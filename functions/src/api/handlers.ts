import { type Answer, ok } from "./answer.ts";
import type { Call } from "./call.ts";
import { DESCRIPTION } from "./description.ts";
import { cancelMeeting, changeMeeting, retryMeeting } from "./meetings/change-handlers.ts";
import { createMeeting, getMeeting, listMeetings } from "./meetings/handlers.ts";
import {
  eraseRecording,
  eraseRecordings,
  getRecording,
  listRecordings,
} from "./recordings/handlers.ts";
import { eraseInstanceRecording, getInstanceRecording } from "./recordings/instance-handlers.ts";
import type { ApiServices } from "./services.ts";
import {
  getWebhookDelivery,
  listWebhookDeliveries,
  resendWebhookDelivery,
} from "./webhooks/handlers.ts";

/** Does what an operation of the description says. Throws for what is no fault of the caller's. */
export type Handler = (call: Call, services: ApiServices) => Promise<Answer>;

/** What each operation does, by its `operationId`. */
export const HANDLERS: Readonly<Record<string, Handler>> = {
  createMeeting,
  listMeetings,
  getMeeting,
  changeMeeting,
  cancelMeeting,
  retryMeeting,
  getRecording,
  eraseRecording,
  listRecordings,
  eraseRecordings,
  getInstanceRecording,
  eraseInstanceRecording,
  listWebhookDeliveries,
  getWebhookDelivery,
  resendWebhookDelivery,
};

/** What is answered to anybody. */
export const PUBLIC_ANSWERS: Readonly<Record<string, () => Answer>> = {
  getDescription: () => ok(DESCRIPTION),
};
