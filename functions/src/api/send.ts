import type { Response } from "express";
import type { Answer } from "./answer.ts";
import { PROBLEM_TYPE } from "./problem.ts";

/** What every answer says: it is for its caller alone, and nothing but what it says it is. */
const SECURITY_HEADERS = { "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff" };

/** Sends an answer; a problem gets the id of its request. */
export function send(response: Response, { status, headers = {}, body }: Answer): void {
  response.status(status).set({ ...SECURITY_HEADERS, ...headers });
  if (body === undefined) {
    response.end();
    return;
  }
  const isProblem = headers["Content-Type"] === PROBLEM_TYPE;
  const instance = response.get("X-Request-Id");
  response.json(isProblem ? { ...body, instance } : body);
}
