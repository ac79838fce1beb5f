import { promisify } from "node:util";
import {
  Client,
  credentials,
  type handleServerStreamingCall,
  type handleUnaryCall,
  Server,
  ServerCredentials,
  type ServiceDefinition,
  status,
} from "@grpc/grpc-js";

/** Passes Firestore calls on to a server, and can lose the answer to a commit that has been made. */
export interface LossyProxy {
  /** `host:port`, as `FIRESTORE_EMULATOR_HOST` has it. */
  address: string;
  /** Loses the answer to the next commit; the caller is told of a broken stream. */
  loseNextCommit(): void;
  stop(): void;
}

const UNARY = ["BeginTransaction", "Commit", "Rollback"];
const STREAMING = ["BatchGetDocuments", "RunQuery"];
const pathOf = (method: string) => `/google.firestore.v1.Firestore/${method}`;
const asIs = (bytes: Buffer) => bytes;

/** Starts a proxy in front of the Firestore at `target`, on a free port of this machine. */
export async function startLossyProxy(target: string): Promise<LossyProxy> {
  const upstream = new Client(target, credentials.createInsecure());
  let losing = false;

  const unary =
    (method: string): handleUnaryCall<Buffer, Buffer> =>
    (call, reply) => {
      const { request, metadata } = call;
      upstream.makeUnaryRequest(pathOf(method), asIs, asIs, request, metadata, (error, answer) => {
        const isLost = losing && method === "Commit" && !error;
        if (!isLost) return reply(error, answer);
        losing = false;
        // Not UNAVAILABLE: the client repeats that commit by itself, without a new transaction.
        reply({ code: status.INTERNAL, details: "The answer was lost on its way." });
      });
    };
  const streaming =
    (method: string): handleServerStreamingCall<Buffer, Buffer> =>
    (call) => {
      const { request, metadata } = call;
      const answers = upstream.makeServerStreamRequest(
        pathOf(method),
        asIs,
        asIs,
        request,
        metadata,
      );
      answers.on("error", (error) => call.destroy(error));
      answers.on("data", (answer) => call.write(answer));
      answers.on("end", () => call.end());
    };

  const server = new Server();
  server.addService(definition(), {
    ...Object.fromEntries(UNARY.map((method) => [method, unary(method)])),
    ...Object.fromEntries(STREAMING.map((method) => [method, streaming(method)])),
  });
  const bind = promisify(server.bindAsync.bind(server));
  const port = await bind("127.0.0.1:0", ServerCredentials.createInsecure());
  return {
    address: `127.0.0.1:${port}`,
    loseNextCommit: () => {
      losing = true;
    },
    stop: () => {
      server.forceShutdown();
      upstream.close();
    },
  };
}

function definition(): ServiceDefinition {
  const methods = [...UNARY, ...STREAMING].map((method) => ({
    path: pathOf(method),
    originalName: method,
    requestStream: false,
    responseStream: STREAMING.includes(method),
    requestSerialize: asIs,
    requestDeserialize: asIs,
    responseSerialize: asIs,
    responseDeserialize: asIs,
  }));
  return Object.fromEntries(methods.map((method) => [method.originalName, method]));
}
