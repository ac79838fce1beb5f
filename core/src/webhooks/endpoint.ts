import type { UntrustedDocument } from "../meeting/meeting.ts";
import { type Instant, isTimestamp } from "../time.ts";
import { WEBHOOK_EVENTS, type WebhookEventType } from "./events.ts";

/** What somebody asks for who wants to be told. */
export interface EndpointRequest {
  /** Where to; `http` or `https`, without credentials. Which addresses are allowed, the sender says. */
  url: string;
  events: readonly WebhookEventType[];
  /** Whether payloads carry URLs by which the artifacts can be read without further ado. */
  signedUrls?: boolean;
}

/** Where an organisation wants to be told of what. */
export interface WebhookEndpoint extends EndpointRequest {
  /** `we_` and 16 of [a-z0-9]. */
  id: string;
  createdAt: Instant;
  /** Since when nothing is sent there. */
  disabledAt?: Instant;
  disabledReason?: string;
}

/** How many endpoints an organisation has at most; others in its document are ignored. */
export const MAX_ENDPOINTS = 20;

const ENDPOINT_ID = /^we_[a-z0-9]{16}$/;
const MAX_URL_CHARACTERS = 2048;
/** Firestore takes ids of 1,500 bytes: https://firebase.google.com/docs/firestore/quotas */
const MAX_KEY_CHARACTERS = 1500;

/** The id of the document with an organisation's endpoints; undefined where none can have it. */
export function webhooksKeyOf(organizationId: string | null): string | undefined {
  if (organizationId === null) return "no-organization";
  if (!organizationId.isWellFormed()) return undefined;
  const key = `org-${encodeURIComponent(organizationId)}`;
  return key.length <= MAX_KEY_CHARACTERS ? key : undefined;
}

/**
 * Reads an organisation's endpoints, the oldest first. The document may hold anything: what is not
 * well-formed and whatever is beyond the limit is left out.
 */
export function parseEndpoints({ endpoints }: UntrustedDocument): WebhookEndpoint[] {
  return Object.entries(asMap(endpoints))
    .flatMap(([id, fields]) => parseEndpoint(id, asMap(fields)) ?? [])
    .toSorted((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1))
    .slice(0, MAX_ENDPOINTS);
}

/** Whether a URL and events can be an endpoint's. */
export function isEndpointRequest({ url, events }: EndpointRequest): boolean {
  return isUsableUrl(url) && events.length > 0 && events.every(isWebhookEvent);
}

/** Whether an event of this type is to be sent to an endpoint. */
export function asksFor({ disabledAt, events }: WebhookEndpoint, type: WebhookEventType): boolean {
  return disabledAt === undefined && events.includes(type);
}

function parseEndpoint(id: string, fields: UntrustedDocument): WebhookEndpoint | undefined {
  const { url, events, disabled_reason: reason } = fields;
  const asked = Array.isArray(events) ? events.filter(isWebhookEvent) : [];
  if (!ENDPOINT_ID.test(id) || !isUsableUrl(url) || asked.length === 0) return undefined;
  const disabledAt = fields["disabled_at"];
  return {
    id,
    url,
    events: asked,
    signedUrls: fields["signed_urls"] === true,
    createdAt: instantOf(fields["created_at"]),
    // Whatever somebody meant by it, nothing is sent where this is set.
    ...(disabledAt !== undefined && disabledAt !== null && { disabledAt: instantOf(disabledAt) }),
    ...(typeof reason === "string" && { disabledReason: reason }),
  };
}

function isWebhookEvent(value: unknown): value is WebhookEventType {
  return WEBHOOK_EVENTS.some((type) => type === value);
}

function isUsableUrl(value: unknown): value is string {
  if (typeof value !== "string" || value.length > MAX_URL_CHARACTERS) return false;
  const url = URL.parse(value);
  return /^https?:$/.test(url?.protocol ?? "") && url?.username === "" && url.password === "";
}

/** One that is no instant is long ago. */
function instantOf(value: unknown): Instant {
  return isTimestamp(value) ? value.toMillis() : 0;
}

function asMap(value: unknown): UntrustedDocument {
  return typeof value === "object" && value !== null ? (value as UntrustedDocument) : {};
}
