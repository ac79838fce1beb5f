import { randomBytes } from "node:crypto";
import type { Mark } from "./search.ts";

const secret = () => `mk${randomBytes(9).toString("hex")}`;
const mail = () => `${secret()}@example.com`;

/** A mark that belongs nowhere but in these places. */
export function mark(name: string, value: string, ...belongs: readonly RegExp[]): Mark {
  return { name, value, belongs };
}

/** A field of what the user wrote, of the instance and the link that it is copied to, and of the API's answers. */
const field = (name: string) => [
  new RegExp(`^document (meetings|bot_instances|bot_links)\\.${name}$`),
  new RegExp(`^answer (meeting|meetings\\.meetings\\.\\d+)\\.${name}$`),
];

/** A variable of the manager, which whoever may list executions can read. */
export const variable = (name: string) => [
  new RegExp(`^environment manager\\.${name}$`),
  new RegExp(`^execution manager\\.${name}$`),
];

/** The path of an artifact, to whoever may know where it is. */
const IN_PATHS = [
  /^object [\w.]+\.(name|id|selfLink|mediaLink)$/,
  /^document bot_instances\.outputs\.\d+\.uri$/,
  /^document meetings\.recording\.(video|audio)_uri$/,
  /^document bot_webhook_deliveries\.data\.outputs\.\d+\.uri$/,
  /^webhook\.data\.artifacts\.\d+\.(uri|key|url)$/,
  /^answer (meeting|meetings\.meetings\.\d+)\.recording\.(video|audio)_uri$/,
  /^answer recording\.artifacts\.\d+\.(uri|key|url)$/,
];

/** Where messages go, as only operators and the sender see it. */
const ENDPOINT = /^document bot_webhooks\.endpoints\.\w+\.url$/;

/** What users and strangers write, wherever they can. */
export const WRITTEN = {
  password: mark("password in a link", secret(), ...field("meeting_url")),
  query: mark("token in a link", secret(), ...field("meeting_url")),
  fragment: mark("fragment of a link", secret(), ...field("meeting_url")),
  deniedPassword: mark(
    "password in the link of a bot that is denied",
    secret(),
    ...field("meeting_url"),
  ),
  refusedUser: mark("user in a refused link", secret(), ...field("meeting_url")),
  refusedPassword: mark("password in a refused link", secret(), ...field("meeting_url")),
  botName: mark(
    "name of a bot",
    `Notes & Minutes ${secret()}`,
    ...field("bot_name"),
    ...variable("BOT_NAME"),
  ),
  timezone: mark("time zone", secret(), ...field("timezone")),
  creator: mark(
    "e-mail address of a creator",
    mail(),
    ...field("creator_user_id"),
    ...variable("CREATOR_USER_ID"),
    ...IN_PATHS,
  ),
  folder: mark(
    "folder that a meeting names",
    secret(),
    ...field("gcs_path"),
    ...variable("GCS_PATH"),
  ),
  guest: mark("e-mail address in an unknown field", mail(), /^document meetings\.attendees\.0$/),
  option: mark(
    "token in recording_options",
    secret(),
    /^document meetings\.recording_options\.token$/,
  ),
  idempotencyKey: mark("idempotency key", secret()),
  guessedKey: mark("secret of an API key that is refused", randomBytes(32).toString("base64url")),
  idTokenUser: mark("e-mail address in a refused ID token", mail()),
  idTokenSignature: mark("signature of a refused ID token", secret()),
  unknownField: mark("value in a refused request", secret()),
  malformed: mark("text of a malformed request", secret()),
  // A platform logs the addresses of requests, and so does Google Cloud: no secret belongs into one.
  cursor: mark("cursor that is none", secret(), /^log firebase-debug.*\.log$/),
  endpoint: mark("query of an endpoint", secret(), ENDPOINT),
  redirecting: mark("query of an endpoint that redirects", secret(), ENDPOINT),
  silent: mark("query of an endpoint that is not there", secret(), ENDPOINT),
  redirect: mark("address that an endpoint redirects to", secret()),
  noticeUser: mark("e-mail address in a refused notice", mail()),
  noticeKey: mark("object in a refused notice", secret()),
  noticeQuery: mark("query of an address in a refused notice", secret()),
} satisfies Record<string, Mark>;
