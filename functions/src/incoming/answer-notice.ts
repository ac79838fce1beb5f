import type { Request, Response } from "express";
import type { Answer } from "../api/answer.ts";
import { problem, unavailable } from "../api/problem.ts";
import { send } from "../api/send.ts";
import { describeFault } from "../fault.ts";
import * as logs from "../logs.ts";
import { isAway } from "../patience.ts";
import { type NoticeServices, receiveNotice } from "./receive-notice.ts";

/**
 * Answers a request of which the platform has kept the body's bytes. Our own faults are the answer 500, a
 * database that is away is 503.
 */
export async function answerNotice(
  services: () => NoticeServices,
  request: Request & { rawBody?: Buffer },
  response: Response,
): Promise<void> {
  const { method, rawBody: body = Buffer.alloc(0) } = request;
  const signature = request.get("X-Webhook-Signature");
  try {
    send(response, await receiveNotice(services(), { method, signature, body }));
  } catch (error) {
    logs.noticeFailed(describeFault(error));
    send(response, isAway(error) ? unavailable() : fault());
  }
}

function fault(): Answer {
  return problem("fault", "The notice was not taken: send it again later.");
}
