import { defineString, expr } from "firebase-functions/params";
import { settings } from "./config.ts";

// What shapes the triggers, and what has no default: `firebase deploy` asks for these. Everything
// else is read at run time, so that nobody has to answer for a value that is right already.
const { bucket, database, region } = settings;

const meetingsPath = defineString("MEETINGS_COLLECTION_PATH", {
  description: "The collection that the meetings are in.",
  default: "meetings",
});

defineString(bucket.name, { description: bucket.description });

/** The documents that `onMeetingWritten` watches. */
export const meetingDocument = expr`${meetingsPath}/{meetingId}`;

/** The database that both document triggers watch. */
export const databaseParam = defineString(database.name, {
  description: database.description,
  default: database.fallback,
});

/** Where the functions run. */
export const regionParam = defineString(region.name, {
  description: region.description,
  default: region.fallback,
});
