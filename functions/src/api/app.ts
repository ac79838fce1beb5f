import express, {
  type ErrorRequestHandler,
  type Express,
  type Request,
  type RequestHandler,
} from "express";
import { describeFault } from "../fault.ts";
import * as logs from "../logs.ts";
import { isAway } from "../patience.ts";
import type { Answer } from "./answer.ts";
import { authenticate } from "./authentication/authenticate.ts";
import { explainRefused, receiveBody } from "./body.ts";
import { understand } from "./call.ts";
import { OPERATIONS, type Operation } from "./description.ts";
import { HANDLERS, PUBLIC_ANSWERS } from "./handlers.ts";
import { problem, unavailable } from "./problem.ts";
import { requestIdOf } from "./request-id.ts";
import { send } from "./send.ts";
import type { ApiServices } from "./services.ts";
import { checksFor } from "./validation.ts";

/** The API as an application that serves requests: what its description has, and nothing else. */
export function createApi(services: ApiServices): Express {
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.enable("case sensitive routing");
  app.enable("strict routing");
  app.use(stamp);
  const paths = Map.groupBy(OPERATIONS, ({ path }) => path);
  for (const [path, operations] of paths) {
    const route = app.route(path);
    for (const operation of operations) {
      if (operation.body) route[operation.method](receiveBody);
      route[operation.method](serve(operation, services));
    }
    route.all(refuseMethod(operations));
  }
  app.use((_, response) => send(response, problem("not-found", "There is nothing here.")));
  app.use(answerError);
  return app;
}

/** Names the request, so that the answer and the logs do. */
const stamp: RequestHandler = (request, response, next) => {
  response.set("X-Request-Id", requestIdOf(request.get("X-Request-Id")));
  next();
};

type AnswerTo = (request: Request) => Answer | Promise<Answer>;

function serve(operation: Operation, services: ApiServices): RequestHandler {
  const answer = operation.isPublic
    ? PUBLIC_ANSWERS[operation.id]
    : answerCaller(operation, services);
  if (!answer) throw new Error(`${operation.id} is described, but nothing does it.`);
  return async (request, response) => send(response, await answer(request));
}

/** Who asks is found out first, and what exactly then: a stranger learns nothing of either. */
function answerCaller(operation: Operation, services: ApiServices): AnswerTo | undefined {
  const handle = HANDLERS[operation.id];
  if (!handle) return undefined;
  const checks = checksFor(operation);
  return async (request) => {
    const authorization = request.get("Authorization");
    const organization = request.get("X-Organization-Id");
    const known = await authenticate(authorization, organization, services);
    if (!known.ok) return known.answer;
    const understood = understand(request, operation, checks);
    if (!understood.ok) return understood.answer;
    return handle({ ...understood.given, caller: known.caller }, services);
  };
}

function refuseMethod(operations: readonly Operation[]): RequestHandler {
  const methods = operations.map(({ method }) => method.toUpperCase());
  const allowed = methods.flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method]));
  const Allow = allowed.join(", ");
  const detail = `Here you can ${Allow}.`;
  return (_, response) =>
    send(response, problem("method-not-allowed", detail, { headers: { Allow } }));
}

/**
 * A request that cannot be received is the caller's fault, and a database that is away nobody's; of
 * anything else the caller learns the request's id alone.
 */
const answerError: ErrorRequestHandler = (error, _request, response, _next) => {
  const refused = explainRefused(error);
  if (!refused) logs.requestFailed(response.get("X-Request-Id") ?? "", describeFault(error));
  send(response, refused ?? (isAway(error) ? unavailable() : fault()));
};

function fault(): Answer {
  return problem("fault", "Please report the id of this request.");
}
