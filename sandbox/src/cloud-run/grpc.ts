import { type handleUnaryCall, status, type UntypedServiceImplementation } from "@grpc/grpc-js";

/** What a method answers: its response, or a gRPC status. */
export type Answer = { ok: true; value: object } | { ok: false; code: status; message: string };

/** One method of a service, as a function of its request. */
export type Method<Request> = (request: Request) => Promise<Answer>;

/** A successful answer. */
export function answer(value: object): Answer {
  return { ok: true, value };
}

/** A refusal, in words for the caller. */
export function refuse(code: status, message: string): Answer {
  return { ok: false, code, message };
}

/** Methods by name as the implementation of a gRPC service; those it lacks are UNIMPLEMENTED. */
export function serve(methods: Record<string, Method<never>>): UntypedServiceImplementation {
  return Object.fromEntries(Object.entries(methods).map(([name, method]) => [name, unary(method)]));
}

function unary(method: Method<never>): handleUnaryCall<unknown, object> {
  return async (call, reply) => {
    // The request has been decoded by the method's own definition, which its type says again.
    const request = call.request as never;
    // A method that throws is a bug of this server: the caller must hear of it rather than wait.
    const answered = await method(request).catch((error: unknown) =>
      refuse(status.INTERNAL, String(error)),
    );
    if (answered.ok) reply(null, answered.value);
    else reply({ code: answered.code, details: answered.message });
  };
}
