import { randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Firestore } from "@google-cloud/firestore";
import {
  FirestoreBotInstanceStore,
  FirestoreWebhookStore,
  type Naming,
  type RecordingStore,
} from "@meeting-bot/core";
import { openRecordingStore } from "@meeting-bot/storage";
import express from "express";
import { newProjectId, openFirestore } from "../../../../core/test/support/emulator.ts";
import { NAMING, RULES } from "../../../../core/test/support/instances.ts";
import { createApi } from "../../../src/api/app.ts";
import type { ApiKey } from "../../../src/api/authentication/access-store.ts";
import { formatApiKey, hashSecret, mintApiKey } from "../../../src/api/authentication/api-key.ts";
import { verifyFirebaseIdToken } from "../../../src/api/authentication/firebase-id-tokens.ts";
import { FirestoreAccessStore } from "../../../src/api/firestore/firestore-access-store.ts";
import { FirestoreApiKeys } from "../../../src/api/firestore/firestore-api-keys.ts";
import { FirestoreMeetingStore } from "../../../src/api/firestore/firestore-meeting-store.ts";
import { newMeetingId, RANDOM_BYTES } from "../../../src/api/meetings/meeting-id.ts";
import { readMeetingPlace } from "../../../src/api/meetings/meeting-place.ts";
import type { ApiServices } from "../../../src/api/services.ts";
import { captureLogs } from "../../support/capture-logs.ts";
import { RecordingTimer } from "../../support/recording-timer.ts";
import { expectDescribed, type Received } from "./described.ts";
import { idToken, LocalAuth } from "./local-auth.ts";

/** What a test may set. */
export interface ApiSettings {
  meetingsPath?: string;
  naming?: Naming;
  /** Puts the functions framework's body parser before it, which leaves `rawBody`. */
  receivedBefore?: boolean;
}

/** A request; everything but the path has a default. */
export interface Request {
  method?: string;
  /** Sent as a bearer token. */
  token?: string | undefined;
  /** Sent as JSON. */
  json?: unknown;
  headers?: Record<string, string>;
  /** Sent as it is. */
  body?: string | Uint8Array<ArrayBuffer>;
}

/** As the framework does it: the value in `body`, the bytes in `rawBody`. */
const receiveLikeGoogle = express.json({
  limit: "1024mb",
  verify: (request, _, bytes) => Object.assign(request, { rawBody: bytes }),
});

/** The organisation of `api.token`. */
export const ORGANIZATION = "acme";

/** The API served on loopback, on a real database and a store in a folder. */
export class ApiUnderTest {
  readonly projectId: string;
  readonly firestore: Firestore;
  readonly timer = new RecordingTimer();
  /** A user's of the organisation. */
  readonly token: string;
  /** What the handlers get; a test may replace some of it before a request. */
  readonly services: ApiServices;
  readonly recordings: RecordingStore;
  /** Where the recordings are, as a URL. */
  readonly recordingsAt: string;
  readonly #folder: string;
  readonly #auth: LocalAuth;
  readonly #server: Server;

  private constructor(
    { meetingsPath = "meetings", naming = NAMING, receivedBefore = false }: ApiSettings,
    opened: { auth: LocalAuth; folder: string; recordings: RecordingStore; projectId: string },
  ) {
    this.projectId = opened.projectId;
    this.firestore = openFirestore(this.projectId);
    this.token = this.userToken("ada");
    this.recordings = opened.recordings;
    this.recordingsAt = pathToFileURL(opened.folder).href;
    this.#folder = opened.folder;
    this.#auth = opened.auth;
    const place = readMeetingPlace(meetingsPath);
    const store = new FirestoreBotInstanceStore(this.firestore, naming, RULES);
    this.services = {
      verifyIdToken: (token) => verifyFirebaseIdToken(opened.auth.app, token),
      organizationClaim: "organization_id",
      access: new FirestoreAccessStore(
        this.firestore,
        "organizations/{organizationId}/members/{userId}",
      ),
      meetings: new FirestoreMeetingStore(this.firestore, place, naming.meeting),
      reading: { naming: naming.meeting, links: RULES },
      rules: RULES,
      newId: randomUUID,
      newMeetingId: () => newMeetingId(Date.now(), randomBytes(RANDOM_BYTES)),
      store,
      recordings: async () => this.recordings,
      recordingsAt: this.recordingsAt,
      regions: { gs: "europe-west1", s3: "eu-central-1" },
      webhooks: new FirestoreWebhookStore(this.firestore),
      deliveryTimer: async () => this.timer,
      now: Date.now,
      tell: (instanceId) => store.tellMeetings(instanceId),
    };
    const app = createApi(this.services);
    const framework = express().disable("x-powered-by").use(receiveLikeGoogle, app);
    // A connection that is kept must not be closed just when a slow machine sends the next request by it.
    this.#server = createServer({ keepAliveTimeout: 0 }, receivedBefore ? framework : app);
  }

  static async start(settings: ApiSettings = {}): Promise<ApiUnderTest> {
    const projectId = newProjectId();
    const auth = await LocalAuth.start(projectId);
    const folder = await mkdtemp(join(tmpdir(), "api-"));
    const recordings = await openRecordingStore(pathToFileURL(folder).href);
    const api = new ApiUnderTest(settings, { auth, folder, recordings, projectId });
    await once(api.#server.listen(0, "127.0.0.1"), "listening");
    return api;
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await Promise.all([this.#auth.stop(), this.firestore.terminate()]);
    await rm(this.#folder, { recursive: true });
  }

  /** The address that the API is served at. */
  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** A user's token, of this test's organisation unless it says otherwise. */
  userToken(userId: string, claims: object = { organization_id: ORGANIZATION }): string {
    return idToken(this.projectId, userId, { ...claims });
  }

  /** Makes an API key; its text. */
  async apiKey(fields: Partial<ApiKey> = {}): Promise<string> {
    const shown = mintApiKey(randomBytes);
    await new FirestoreApiKeys(this.firestore).create({
      id: shown.id,
      organizationId: ORGANIZATION,
      name: "test",
      secretHash: hashSecret(shown.secret),
      createdAt: Date.now(),
      ...fields,
    });
    return formatApiKey(shown);
  }

  /** Sends a request and checks the answer against the description. By default the organisation's user asks. */
  async request(path: string, request: Request = {}): Promise<Received> {
    const { method = "GET", headers = {}, json } = request;
    const token = "token" in request ? request.token : this.token;
    const body = json === undefined ? request.body : JSON.stringify(json);
    const response = await fetch(this.address + path, {
      method,
      headers: {
        ...(token !== undefined && { Authorization: `Bearer ${token}` }),
        ...(json !== undefined && { "Content-Type": "application/json" }),
        ...headers,
      },
      ...(body !== undefined && { body }),
    });
    const text = await response.text();
    const { status, headers: got } = response;
    const received = { status, headers: got, body: text === "" ? undefined : JSON.parse(text) };
    expectDescribed(method, path, received);
    return received;
  }

  /** As `request`, with what is logged meanwhile; for one at a time. */
  async requestLogged(path: string, request: Request = {}): Promise<Received & { logs: string }> {
    let received: Received | undefined;
    const logs = await captureLogs(async () => {
      received = await this.request(path, request);
    });
    if (!received) throw new Error("There was no answer.");
    return { ...received, logs };
  }

  post(path: string, json?: unknown, request: Request = {}): Promise<Received> {
    return this.request(path, { method: "POST", ...(json !== undefined && { json }), ...request });
  }

  async write(path: string, fields: Record<string, unknown>): Promise<void> {
    await this.firestore.doc(path).set(fields);
  }

  async read(path: string): Promise<Record<string, unknown> | undefined> {
    return (await this.firestore.doc(path).get()).data();
  }

  /** The ids in a collection, in their order. */
  async list(collection: string): Promise<string[]> {
    return (await this.firestore.collection(collection).get()).docs.map(({ id }) => id);
  }
}
