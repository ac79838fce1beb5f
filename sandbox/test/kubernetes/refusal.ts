import { ApiException, type V1Status } from "@kubernetes/client-node";

/** What a call was refused with: the HTTP status and the body, a `Status` unless it is no JSON. */
export async function refusal(call: Promise<unknown>): Promise<{ code: number; body: V1Status }> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof ApiException)) throw error;
    const text = String(error.body);
    return { code: error.code, body: text.startsWith("{") ? JSON.parse(text) : { message: text } };
  }
  throw new Error("the call was not refused");
}
