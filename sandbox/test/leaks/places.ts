import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { CollectionReference, Firestore } from "@google-cloud/firestore";
import { ExecutionsClient, type protos } from "@google-cloud/run";
import { credentials } from "@grpc/grpc-js";
import { PassThroughClient } from "google-auth-library";
import type { CloudRun } from "../../src/cloud-run/server.ts";
import type { Sandbox } from "../../src/sandbox.ts";
import type { Place } from "./search.ts";

type Execution = protos.google.cloud.run.v2.IExecution;

/** Everything that is left of what a sandbox did: logs, documents, executions, objects. */
export async function readSandbox(sandbox: Sandbox): Promise<Place[]> {
  const places = await Promise.all([
    readLogs(sandbox.logDir),
    readDocuments(sandbox.firestore),
    readExecutions(sandbox),
    readObjects(sandbox.store.url),
  ]);
  return places.flat();
}

/** Each value in a JSON-like value as a place, by its path; and the names on the way, in one place. */
export function readFields(name: string, value: unknown): Place[] {
  const names: string[] = [];
  const read = (path: string, found: unknown): Place[] => {
    if (!isTree(found)) return [place(path, String(found))];
    names.push(...Object.keys(found));
    return Object.entries(found).flatMap(([key, child]) => read(`${path}.${key}`, child));
  };
  return [...read(name, value), place(`${name} (names)`, names.join("\n"))];
}

function isTree(value: unknown): value is object {
  return Array.isArray(value) || Object.getPrototypeOf(value ?? "") === Object.prototype;
}

function place(name: string, text: string): Place {
  return { name, bytes: Buffer.from(text) };
}

/** Every file below a folder: those of functions, emulators, managers and bots. */
async function readLogs(folder: string): Promise<Place[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return Promise.all(
    files.map(async ({ parentPath, name }) => {
      return { name: `log ${name}`, bytes: await readFile(join(parentPath, name)) };
    }),
  );
}

/** Every document of a database, by its collection; its own id is a place, too. */
async function readDocuments(parent: Pick<Firestore, "listCollections">): Promise<Place[]> {
  const collections = await parent.listCollections();
  return (await Promise.all(collections.map(readCollection))).flat();
}

async function readCollection(collection: CollectionReference): Promise<Place[]> {
  // Also those that are not there and have something below them.
  const documents = await collection.listDocuments();
  const places = documents.map(async (document) => {
    const name = `document ${collection.id}`;
    const fields = readFields(name, (await document.get()).data() ?? {});
    return [place(`${name} (id)`, document.id), ...fields, ...(await readDocuments(document))];
  });
  return (await Promise.all(places)).flat();
}

/** What Cloud Run shows of its executions, one by one and in a list, and what their containers were given. */
async function readExecutions({ cloudRun }: Sandbox): Promise<Place[]> {
  const records = cloudRun.executions();
  const given = records.flatMap(({ job }) =>
    job.containers.flatMap(({ name, env }) => readFields(`environment ${name}`, env)),
  );
  const client = connect(cloudRun);
  try {
    const shown = await Promise.all(
      records.map(async ({ name }) => (await client.getExecution({ name }))[0]),
    );
    const parent = records[0]?.name.replace(/\/executions\/.*/, "") ?? "";
    const [listed] = await client.listExecutions({ parent });
    return [...given, ...[...shown, ...listed].flatMap(readExecution)];
  } finally {
    await client.close();
  }
}

function connect({ host, port }: CloudRun): ExecutionsClient {
  return new ExecutionsClient({
    apiEndpoint: host,
    port,
    sslCreds: credentials.createInsecure(),
    authClient: new PassThroughClient(),
    projectId: "demo-meeting-bot",
  });
}

/** The variables by their names, and all else in one place. */
function readExecution(execution: Execution): Place[] {
  const containers = execution.template?.containers ?? [];
  const variables = containers.flatMap(({ name, env }) =>
    (env ?? []).map((variable) =>
      place(`execution ${name}.${variable.name}`, variable.value ?? ""),
    ),
  );
  const rest = JSON.stringify(execution, (key, value) => (key === "env" ? undefined : value));
  return [...variables, place("execution (other fields)", rest)];
}

/** Every object: what the store says of it, and its bytes. */
async function readObjects(bucketUrl: string): Promise<Place[]> {
  const { items = [] } = (await (await fetch(bucketUrl)).json()) as { items?: { name: string }[] };
  const places = items.map(async (item) => {
    const name = `object ${basename(item.name)}`;
    const answer = await fetch(`${bucketUrl}/${encodeURIComponent(item.name)}?alt=media`);
    const content = { name: `${name} (content)`, bytes: Buffer.from(await answer.arrayBuffer()) };
    return [content, ...readFields(name, item)];
  });
  return (await Promise.all(places)).flat();
}
