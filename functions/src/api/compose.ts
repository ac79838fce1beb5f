import { randomBytes } from "node:crypto";
import { namingOf } from "@meeting-bot/core";
import type { Express } from "express";
import { getApp } from "firebase-admin/app";
import { getFirestore } from "firebase-admin/firestore";
import type { Services } from "../compose.ts";
import { PATIENCE_MS, withPatience } from "../patience.ts";
import { createApi } from "./app.ts";
import { verifyFirebaseIdToken } from "./authentication/firebase-id-tokens.ts";
import { FirestoreAccessStore } from "./firestore/firestore-access-store.ts";
import { FirestoreMeetingStore } from "./firestore/firestore-meeting-store.ts";
import { newMeetingId, RANDOM_BYTES } from "./meetings/meeting-id.ts";
import { readMeetingPlace } from "./meetings/meeting-place.ts";

/** The API of this function instance, on its services. Throws `ConfigurationError`. */
export function composeApi(services: Services): Express {
  const { config, now } = services;
  const app = getApp();
  const firestore = getFirestore(app, config.database);
  const naming = namingOf(config).meeting;
  const place = readMeetingPlace(config.meetingsPath);
  return createApi({
    ...services,
    store: withPatience(services.store, PATIENCE_MS),
    webhooks: withPatience(services.webhooks, PATIENCE_MS),
    verifyIdToken: (token) => verifyFirebaseIdToken(app, token),
    organizationClaim: config.organizationClaim,
    access: withPatience(new FirestoreAccessStore(firestore, config.membershipPath), PATIENCE_MS),
    meetings: withPatience(new FirestoreMeetingStore(firestore, place, naming), PATIENCE_MS),
    reading: { naming, links: config },
    rules: config,
    newMeetingId: () => newMeetingId(now(), randomBytes(RANDOM_BYTES)),
  });
}
