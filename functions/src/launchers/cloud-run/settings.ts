import { text } from "@meeting-bot/core";
import { loopback } from "../loopback.ts";

/** What the functions must know to run bots on Cloud Run, besides their own project and region. */
export const cloudRunSettings = {
  job: text("CLOUD_RUN_JOB", {
    description: "The name of the Cloud Run job.",
    fallback: "meeting-bot",
  }),
  endpoint: loopback("CLOUD_RUN_ENDPOINT", {
    description: "The address of a local stand-in for Cloud Run, instead of the real one.",
    fallback: "",
  }),
};
