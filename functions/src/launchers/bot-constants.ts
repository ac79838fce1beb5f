/**
 * What every platform gives the bot, and why: its own uploader and notifier stay off, so that the recording
 * stays on the disk for the manager.
 */
export const BOT_CONSTANTS = {
  GCP_MISC_BUCKET: "unused",
  NOTIFY_WEBHOOK_ENABLED: "false",
  REDIS_CONSUMER_ENABLED: "false",
};
