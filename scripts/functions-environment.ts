import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";

/** The dotenv file that a project's variables belong into. */
export function projectFile(project: string): string {
  return `functions/.env.${project}`;
}

/**
 * The variables that functions deployed from `root` to a project find: those of `functions/.env` and,
 * over them, of the project's own file, which is named by its id or an alias of it, as the Firebase
 * CLI reads them; and the project itself.
 */
export function readFunctionsEnvironment(root: string, project: string): Record<string, string> {
  const names = [project, ...readAliases(root, project)];
  const own = names.map(projectFile).find((path) => existsSync(join(root, path)));
  const files = ["functions/.env", ...(own ? [own] : [])].map((path) => join(root, path));
  const variables = files
    .filter((path) => existsSync(path))
    .map((path) => parseEnv(readFileSync(path, "utf8")) as Record<string, string>);
  return Object.assign({}, ...variables, { GCLOUD_PROJECT: project });
}

function readAliases(root: string, project: string): string[] {
  const path = join(root, ".firebaserc");
  if (!existsSync(path)) return [];
  const { projects = {} }: { projects?: object } = JSON.parse(readFileSync(path, "utf8"));
  return Object.entries(projects).flatMap(([alias, id]) => (id === project ? [alias] : []));
}
