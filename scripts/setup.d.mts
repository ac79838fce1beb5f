/** The decisions of `setup.mjs`, which stays plain JavaScript since any Node must be able to run it. */
export function hostNodeProblem(version: string): string | undefined;
export function javaProblem(output: string | undefined): string | undefined;
export function installedNodeProblem(version: string | undefined): string | undefined;
export function installReason(lock: string, installed: string | undefined): string | undefined;
