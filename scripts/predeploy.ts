/**
 * Refuses a deployment whose variables contradict each other. The Firebase CLI reads the functions'
 * options before it loads their variables, so that the functions cannot; it runs this as a predeploy
 * hook, in the project's folder and with the project's id in GCLOUD_PROJECT.
 *
 * Exit codes: 0 nothing speaks against it; 1 something does; 2 it was not run by the CLI.
 */
import { findProblems, retiredSettings } from "../functions/src/config.ts";
import { projectFile, readFunctionsEnvironment } from "./functions-environment.ts";

process.exitCode = check(process.env["GCLOUD_PROJECT"]);

function check(project: string | undefined): number {
  if (!project) {
    return complain("GCLOUD_PROJECT does not name the project: `firebase deploy` runs this.", 2);
  }
  const environment = readFunctionsEnvironment(process.cwd(), project);
  for (const [name, why] of Object.entries(retiredSettings)) {
    if (environment[name]) process.stdout.write(`${name} has nothing left to do: ${why}\n`);
  }
  const problems = findProblems(environment);
  if (problems.length === 0) return 0;
  const lines = problems.map((problem) => `- ${problem}`);
  const title = `The functions cannot be deployed to ${project} like this:`;
  return complain(
    [title, ...lines, `Their variables are in ${projectFile(project)}.`].join("\n"),
    1,
  );
}

function complain(message: string, code: number): number {
  process.stderr.write(`${message}\n`);
  return code;
}
