import { delimiter, dirname, join } from "node:path";
import { ROOT } from "../root.ts";

/** What programs need to run at all. Nothing else is passed on: no credentials, no project, no proxy. */
const PASSED_ON = ["HOME", "LANG", "LC_ALL", "PATH", "TMPDIR"];

/** An emulator lives too short for the optimizing compiler to pay: it would take the processor from others. */
const QUICK_JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC";

/**
 * The environment for the emulators: from `env` only what programs need to run, with this Node and
 * `JAVA_HOME`'s Java first on the PATH, and everything off that would ask, phone home or probe.
 */
export function childEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const passedOn = Object.fromEntries(PASSED_ON.map((name) => [name, env[name]]));
  const javaHome = env["JAVA_HOME"];
  const folders = [dirname(process.execPath), javaHome && join(javaHome, "bin"), env["PATH"]];
  return {
    ...passedOn,
    // Each start compiles some megabytes of firebase-tools and of the functions, the same every time.
    NODE_COMPILE_CACHE: env["NODE_COMPILE_CACHE"] ?? join(ROOT, ".sandbox", "compile-cache"),
    JAVA_TOOL_OPTIONS: env["JAVA_TOOL_OPTIONS"] ?? QUICK_JAVA,
    PATH: folders.filter(Boolean).join(delimiter),
    CI: "true",
    NO_COLOR: "1",
    NO_UPDATE_NOTIFIER: "1",
    // firebase-tools runs `npm show firebase-functions` at every start, for up to ten seconds.
    npm_config_offline: "true",
    METADATA_SERVER_DETECTION: "none",
    // In seconds: firebase-tools goes on without the functions when they take ten to tell what they are.
    FUNCTIONS_DISCOVERY_TIMEOUT: "60",
  };
}
