import { once } from "node:events";
import type { Answer, Order } from "./order.ts";
import { supervise } from "./supervise.ts";

/**
 * The supervisor of one execution: a process that outlives the launcher which started it, and which ends
 * the execution when it gets SIGTERM.
 */
const cancelled = new AbortController();
process.on("SIGTERM", () => cancelled.abort());

await supervise(await receiveOrder(), {
  environment: process.env,
  cancelled: cancelled.signal,
  answer,
});

/** The launcher's order; one that went before it gave any wants nothing. */
function receiveOrder(): Promise<Order> {
  const { promise, resolve } = Promise.withResolvers<Order>();
  const giveUp = () => process.exit();
  if (!process.connected) giveUp();
  process.once("disconnect", giveUp);
  process.once("message", (order: Order) => {
    process.off("disconnect", giveUp);
    resolve(order);
  });
  return promise;
}

/** Sends an answer; a refusal waits to be heard, since the news of this process's end could overtake it. */
async function answer(message: Answer): Promise<void> {
  if (!process.connected) return;
  const disconnected = once(process, "disconnect");
  // Without the callback, a launcher that has just gone would be an uncaught error.
  process.send?.(message, undefined, undefined, () => undefined);
  if (message.kind === "refused") await disconnected;
}
