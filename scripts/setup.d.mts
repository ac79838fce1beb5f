/** The decisions of `setup.mjs`, which stays plain JavaScript since any Node must be able to run it. */

/** What is wrong with the machine's Node, by its `process.version`. */
export function hostNodeProblem(version: string): string | undefined;
/** What is wrong with Java, by what `java -version` printed. */
export function javaProblem(output: string | undefined): string | undefined;
/** What is wrong with the Node that npm installed, by its version. */
export function installedNodeProblem(version: string | undefined): string | undefined;
/** Why to install, by package-lock.json and the copy of it in node_modules. */
export function installReason(lock: string, installed: string | undefined): string | undefined;
