/**
 * Makes a clone ready to run: checks Node and Java and installs what package-lock.json names. It says
 * what it does, and nothing when there is nothing to do. The machine's own Node (20 or later) runs
 * it, before anything is installed: built-ins only.
 *
 * Exit codes: 0 ready; 1 the installation failed; 2 something is missing on this machine.
 */
import { spawnSync } from "node:child_process";
import { readFileSync, realpathSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const HOST_NODE_MAJOR = 20;
const NODE_MAJOR = 24;
const JAVA_MAJOR = 17;

/** What is wrong with the machine's Node, by its `process.version`; undefined when nothing is. */
export function hostNodeProblem(version) {
  if (majorOf(version) >= HOST_NODE_MAJOR) return undefined;
  return `Node ${version} is too old: ${HOST_NODE_MAJOR} or later is needed, from https://nodejs.org`;
}

/** What is wrong with Java, by what `java -version` printed (undefined: there is none). */
export function javaProblem(output) {
  const where = "from https://adoptium.net; JAVA_HOME or the PATH must lead to it";
  if (output === undefined) {
    return `Java is missing: the Firestore emulator needs Java ${JAVA_MAJOR} or later, ${where}`;
  }
  const version = /version "(?:1\.)?(\d+[^"]*)"/.exec(output)?.[1] ?? "of unknown version";
  if (majorOf(version) >= JAVA_MAJOR) return undefined;
  return `Java ${version} will not do: the Firestore emulator needs ${JAVA_MAJOR} or later, ${where}`;
}

/** What is wrong with the Node that npm installed, by its version (undefined: there is none). */
export function installedNodeProblem(version) {
  if (majorOf(version ?? "") === NODE_MAJOR) return undefined;
  return [
    `node_modules/.bin/node is ${version ?? "missing"}, not Node ${NODE_MAJOR}.`,
    "The `node` package brings it in its install script. If npm was told to run no scripts, run",
    "  npm rebuild node --ignore-scripts=false --foreground-scripts",
  ].join("\n");
}

/**
 * Why to install, by the contents of package-lock.json and of the copy that npm leaves of it in
 * node_modules (undefined: there is none); undefined when everything is installed. npm writes that
 * copy last, so that a broken-off installation counts as none.
 */
export function installReason(lock, installed) {
  if (installed === undefined) return "Nothing is installed yet";
  const has = JSON.parse(installed).packages;
  const differs = ([path, wanted]) => {
    const found = has[path];
    if (path === "") return false;
    if (!found) return !(wanted.optional || wanted.devOptional);
    return found.version !== wanted.version || found.integrity !== wanted.integrity;
  };
  const stale = Object.entries(JSON.parse(lock).packages).find(differs);
  return stale && `What is installed is not what package-lock.json names (${stale[0]})`;
}

function majorOf(version) {
  return Number.parseInt(version.replace(/^v/, ""), 10);
}

/** Makes the clone in `root` ready; gives the exit code. */
function setUp(root, env) {
  const problem = hostNodeProblem(process.version) ?? javaProblem(javaVersion(env));
  if (problem) return complain(problem, 2);
  const reason = installReason(readLock(root), readInstalled(root));
  if (reason && !install(root, env, reason)) {
    return complain("`npm ci` failed: see above. It needs the npm registry; try it again.", 1);
  }
  const installed = installedNodeProblem(nodeVersion(root));
  return installed ? complain(installed, 2) : 0;
}

function install(root, env, reason) {
  process.stdout.write(`${reason}: npm ci (a few minutes the first time) …\n`);
  const options = { cwd: root, env, stdio: "inherit" };
  return (
    spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], options).status === 0
  );
}

function javaVersion(env) {
  const folders = [env.JAVA_HOME && join(env.JAVA_HOME, "bin"), env.PATH];
  const path = folders.filter(Boolean).join(delimiter);
  const java = spawnSync("java", ["-version"], { env: { ...env, PATH: path }, encoding: "utf8" });
  return java.status === 0 ? java.stderr + java.stdout : undefined;
}

function nodeVersion(root) {
  const node = spawnSync(join(root, "node_modules/.bin/node"), ["--version"], { encoding: "utf8" });
  return node.status === 0 ? node.stdout.trim() : undefined;
}

function readLock(root) {
  return readFileSync(join(root, "package-lock.json"), "utf8");
}

function readInstalled(root) {
  try {
    return readFileSync(join(root, "node_modules/.package-lock.json"), "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}

function complain(problem, code) {
  process.stderr.write(`${problem}\n`);
  return code;
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  process.exitCode = setUp(fileURLToPath(new URL("..", import.meta.url)), process.env);
}
