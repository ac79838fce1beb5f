import { Firestore } from "@google-cloud/firestore";
import { Server, ServerCredentials, type ServiceDefinition, status } from "@grpc/grpc-js";
import { expect } from "chai";
import { REPEATED_COMMITS } from "./emulator.ts";

const asBytes = (bytes: Buffer) => bytes;
const FIRESTORE: ServiceDefinition = {
  commit: {
    path: "/google.firestore.v1.Firestore/Commit",
    requestStream: false,
    responseStream: false,
    requestSerialize: asBytes,
    requestDeserialize: asBytes,
    responseSerialize: asBytes,
    responseDeserialize: asBytes,
  },
};

describe("a client of the tests' emulator", () => {
  const server = new Server();
  let port = 0;
  let commits = 0;
  let failing = 0;

  before((done) => {
    server.addService(FIRESTORE, {
      commit: (_: unknown, answer: (error: object | null, bytes?: Buffer) => void) => {
        commits += 1;
        if (commits > failing) answer(null, Buffer.alloc(0));
        else answer({ code: status.UNKNOWN });
      },
    });
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) => {
      port = bound;
      done(error);
    });
  });
  beforeEach(() => {
    commits = 0;
  });
  after(() => server.forceShutdown());

  /** Writes one document, the first commits of which fail; how often it was tried. */
  async function write(failures: number, settings: object): Promise<number> {
    failing = failures;
    const firestore = new Firestore({
      ...{ projectId: "demo-commits", host: `127.0.0.1:${port}`, ssl: false },
      // Nothing is to be looked for.
      customHeaders: { Authorization: "Bearer owner" },
      ...settings,
    });
    try {
      await firestore.doc("a/b").set({ c: 1 });
    } finally {
      await firestore.terminate();
    }
    return commits;
  }

  it("commits again what the emulator has lost", async () => {
    expect(await write(2, REPEATED_COMMITS)).to.equal(3);
  });

  it("gives up what fails again and again", async () => {
    const error = await write(9, REPEATED_COMMITS).catch(({ code }: { code: number }) => code);
    expect([error, commits]).to.deep.equal([status.UNKNOWN, 5]);
  });

  it("does what no client does by itself", async () => {
    const error = await write(1, {}).catch(({ code }: { code: number }) => code);
    expect([error, commits]).to.deep.equal([status.UNKNOWN, 1]);
  });
});
