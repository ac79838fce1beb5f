import { expect } from "chai";

/** The error of a call that must fail. */
export async function refusal(call: Promise<unknown>): Promise<{ code?: number; message: string }> {
  return call.then(
    () => expect.fail("was not refused"),
    (error) => error,
  );
}
