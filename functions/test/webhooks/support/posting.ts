import { type PostOutcome, type PostRules, post } from "../../../src/webhooks/post.ts";

/** The one name that tests may connect to; what it resolves to, each says itself. */
export const HOST = "localhost";
/** Of the URLs; it must show up nowhere. */
export const QUERY = "?token=hidden";
/** As in the emulator, where an endpoint may be on this machine. */
export const EMULATOR: PostRules = { allowLocal: true };

/** Posts something to a URL. */
export const send = (url: string, rules: PostRules = EMULATOR): Promise<PostOutcome> =>
  post({ url, headers: { "x-test": "1" }, body: '{"größe":1}' }, rules);
