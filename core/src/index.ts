export * from "./bot-instance/bot-instance.ts";
export type { EndReason } from "./bot-instance/end-reason.ts";
export { isTold } from "./bot-instance/history.ts";
export * from "./bot-instance/lease.ts";
export type { Decision, Patch, Refusal, Surroundings } from "./bot-instance/transition.ts";
export { adopt, sendAt } from "./bot-instance/transitions/adopt.ts";
export { cancel } from "./bot-instance/transitions/cancel.ts";
export { claim, EARLY_MS, isClaimedBy } from "./bot-instance/transitions/claim.ts";
export { type CompleteEvent, complete } from "./bot-instance/transitions/complete.ts";
export { erase } from "./bot-instance/transitions/erase.ts";
export { fail } from "./bot-instance/transitions/fail.ts";
export { launched } from "./bot-instance/transitions/launched.ts";
export { postpone } from "./bot-instance/transitions/postpone.ts";
export { reclaim, type Verdict } from "./bot-instance/transitions/reclaim.ts";
export { type ReportEvent, report } from "./bot-instance/transitions/report.ts";
export { start } from "./bot-instance/transitions/start.ts";
export { isDocumentId, isDocumentPath } from "./document-ids.ts";
export * from "./errors.ts";
export { botInstanceDocument } from "./firestore/bot-instance-document.ts";
export { BOT_EVENTS, BOT_INSTANCES, BOT_SESSIONS } from "./firestore/documents.ts";
export { fromFields, toFields } from "./firestore/fields.ts";
export { BOT_STATE, FirestoreBackfillStore } from "./firestore/firestore-backfill-store.ts";
export { FirestoreBotInstanceStore } from "./firestore/firestore-bot-instance-store.ts";
export { FirestoreWebhookStore } from "./firestore/firestore-webhook-store.ts";
export { BOT_LINKS } from "./firestore/link-documents.ts";
export { atomically } from "./firestore/unit-of-work.ts";
export {
  BOT_WEBHOOK_DELIVERIES,
  BOT_WEBHOOKS,
  isDeliveryId,
} from "./firestore/webhook-documents.ts";
export { hashOf } from "./hash.ts";
export { type FinishedRecording, importIdOf } from "./import/finished-recording.ts";
export { locateImportSource } from "./import/import-source.ts";
export {
  type LocatedRecording,
  locateRecording,
  type RecordingAddress,
  type StoragePlace,
} from "./import/locate-recording.ts";
export { importedMeetingPath } from "./import/meeting-path.ts";
export { isMap } from "./map.ts";
export { attentionTo } from "./meeting/attention.ts";
export * from "./meeting/backfill.ts";
export type { Problem } from "./meeting/fields.ts";
export * from "./meeting/meeting.ts";
export type { Provider } from "./meeting/meeting-hosts.ts";
export * from "./meeting/meeting-url.ts";
export {
  type ParsedRecordingOptions,
  parseRecordingOptions,
  type RecordingDefaults,
  type RecordingOptions,
} from "./meeting/recording-options.ts";
export {
  durationOf,
  type RecordingSummary,
  summarizeBot,
  summarizeResult,
} from "./meeting/recording-summary.ts";
export { TEXT_LIMITS } from "./meeting/text-limits.ts";
export * from "./object-names.ts";
export * from "./ports/backfill-store.ts";
export * from "./ports/bot-instance-store.ts";
export * from "./ports/launcher.ts";
export * from "./ports/recording-store.ts";
export * from "./ports/timer.ts";
export * from "./ports/webhook-store.ts";
export * from "./session/session.ts";
export * from "./settings/access.ts";
export { botSettings } from "./settings/bot.ts";
export * from "./settings/deadline.ts";
export * from "./settings/imports.ts";
export { jobSettings } from "./settings/job.ts";
export { leaseSettings } from "./settings/lease.ts";
export * from "./settings/manager.ts";
export * from "./settings/meetings.ts";
export * from "./settings/naming.ts";
export { projectSettings } from "./settings/project.ts";
export * from "./settings/read-settings.ts";
export { FORMATS, type Format, recordingSettings } from "./settings/recording.ts";
export * from "./settings/setting.ts";
export * from "./settings/storage.ts";
export * from "./storage-url.ts";
export { lineProblem } from "./text.ts";
export * from "./time.ts";
export * from "./webhooks/attempt.ts";
export * from "./webhooks/delivery.ts";
export * from "./webhooks/endpoint.ts";
export type { EndpointRefusal } from "./webhooks/endpoint-changes.ts";
export * from "./webhooks/events.ts";
export * from "./webhooks/facts.ts";
