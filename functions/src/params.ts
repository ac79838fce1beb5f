import { defineString, expr, select } from "firebase-functions/params";
import { settings } from "./config.ts";

// What shapes the triggers, and what has no default: `firebase deploy` asks for these. Everything
// else is read at run time, so that nobody has to answer for a value that is right already.
const { bucket, database, functionsAccount, meetingsPath, meetingsQueryMode, region } = settings;

defineString(bucket.name, { description: bucket.description });

const meetingsPathParam = defineString(meetingsPath.name, {
  description: meetingsPath.description,
  default: meetingsPath.fallback,
});

const meetingsQueryModeParam = defineString(meetingsQueryMode.name, {
  description: meetingsQueryMode.description,
  default: meetingsQueryMode.fallback,
  input: select(["collection", "collection_group"]),
});

/** Where the meetings are: there, or anywhere. */
const anywhere = meetingsQueryModeParam.equals("collection_group").thenElse("{parent=**}/", "");

/** The documents that `onMeetingWritten` watches. */
export const meetingDocument = expr`${anywhere}${meetingsPathParam}/{meetingId}`;

/** The database that both document triggers watch. */
export const databaseParam = defineString(database.name, {
  description: database.description,
  default: database.fallback,
});

/** Where the functions run, and as whom. */
export const placement = {
  region: defineString(region.name, {
    description: region.description,
    default: region.fallback,
  }),
  serviceAccount: defineString(functionsAccount.name, {
    description: functionsAccount.description,
    default: functionsAccount.fallback,
  }),
};
