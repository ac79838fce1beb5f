/**
 * The S3 server's own process: `node s3-server-process.ts <port> <folder> <bucket>…`. It prints `ready`
 * when it serves and ends on SIGINT. It keeps what is uploaded in the folder.
 */
import { createRequire } from "node:module";

/** The part of s3rver that is used here; it ships no types. */
interface S3Server {
  run(): Promise<unknown>;
}
type S3ServerClass = new (options: object) => S3Server;

const Server: S3ServerClass = createRequire(import.meta.url)("@20minutes/s3rver");

const [port, directory, ...buckets] = process.argv.slice(2);
const server = new Server({
  address: "127.0.0.1",
  port: Number(port),
  directory,
  silent: true,
  // It leaves out the slash that the client signs behind a bucket's name, and so refuses every listing.
  allowMismatchedSignatures: true,
  // The bucket's name is in the path: there are no names below 127.0.0.1.
  vhostBuckets: false,
  configureBuckets: buckets.map((name) => ({ name })),
});
// Its own `close` waits for the clients' idle connections.
process.once("SIGINT", () => process.exit(0));
await server.run();
process.stdout.write("ready\n");
