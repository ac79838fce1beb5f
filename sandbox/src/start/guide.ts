import { scenarios } from "../meeting-bot/scenarios.ts";
import type { Sandbox } from "../sandbox.ts";

/** A command that writes a meeting, as it can be pasted into a shell. The emulator takes `owner` as the service's own token. */
export function writeCommand({ firestoreHost, projectId }: Sandbox, meetingUrl: string): string {
  const fields = { meeting_url: { stringValue: meetingUrl }, status: { stringValue: "scheduled" } };
  return [
    `curl -s -X POST '${documents(firestoreHost, projectId)}/meetings'`,
    "-H 'Authorization: Bearer owner' -H 'Content-Type: application/json'",
    `-d '${JSON.stringify({ fields })}'`,
  ].join(" \\\n    ");
}

/** A command that shows what has become of all bots. */
export function readCommand({ firestoreHost, projectId }: Sandbox): string {
  const url = `${documents(firestoreHost, projectId)}/bot_instances`;
  return `curl -s '${url}' -H 'Authorization: Bearer owner'`;
}

function documents(firestoreHost: string, projectId: string): string {
  return `http://${firestoreHost}/v1/projects/${projectId}/databases/(default)/documents`;
}

/** What a user needs to know of a running sandbox. */
export function describeSandbox(sandbox: Sandbox): string {
  const { firestoreHost, functionsUrl, store, cloudRun, logDir } = sandbox;
  const width = Math.max(...Object.keys(scenarios).map((name) => name.length));
  const list = Object.entries(scenarios).map(
    ([name, { description }]) => `  ${name.padEnd(width)}  ${description}`,
  );
  return `
The sandbox is running; Ctrl-C ends it.

  Firestore   ${firestoreHost}
  Functions   ${functionsUrl}
  Storage     ${store.url}
  Cloud Run   ${cloudRun.host}:${cloudRun.port} (gRPC)
  Logs        ${logDir}

Write a meeting

  ${writeCommand(sandbox, "https://meet.google.com/abc-defg-hij?sandbox=h264&seconds=20")}

See what becomes of it

  ${readCommand(sandbox)}

What the simulated bot can be told by the meeting's link: ?sandbox=NAME, several by commas,
and &seconds=N (length of the meeting), &at=N (second of the fault), &lobby=N (seconds at the
door), &speed=N

${list.join("\n")}
`;
}
