import type { HealthCheck } from "@aws-sdk/client-ecs";
import type { StartupProbe } from "../machine/container-spec.ts";

/** The bounds (seconds, and a number of retries) and defaults of the API: API_HealthCheck.html. */
const BOUNDS = {
  interval: { least: 5, most: 300, default: 30 },
  timeout: { least: 2, most: 60, default: 5 },
  retries: { least: 1, most: 10, default: 3 },
  startPeriod: { least: 0, most: 300, default: 0 },
} as const;

/** The address within the task that a command asks. */
const ASKED = /http:\/\/(?:localhost|127\.0\.0\.1):(\d+)(\/[^\s"')]*)?/;

/**
 * A health check as a probe. Its command belongs to the image and need not exist here, so what it asks is
 * asked here instead: after an interval for the first time, and failures within the start period do not count.
 */
export function readHealthCheck(check: HealthCheck): StartupProbe {
  const [, port = "0", path = "/"] = ASKED.exec(textOf(check)) ?? [];
  const valueAt = (key: keyof typeof BOUNDS) => check[key] ?? BOUNDS[key].default;
  const excused = Math.floor(valueAt("startPeriod") / valueAt("interval"));
  return {
    port: Number(port),
    path,
    initialDelaySeconds: valueAt("interval"),
    periodSeconds: valueAt("interval"),
    timeoutSeconds: valueAt("timeout"),
    failureThreshold: valueAt("retries") + excused,
  };
}

/** What is wrong with a health check, one that asks no address within the task included. */
export function problemsOfHealthCheck(check: HealthCheck): string[] {
  const [kind] = check.command ?? [];
  const outside = Object.entries(BOUNDS).filter(([key, { least, most }]) => {
    const value = check[key as keyof typeof BOUNDS];
    return value !== undefined && (value < least || value > most);
  });
  return [
    ...(kind === "CMD" || kind === "CMD-SHELL" ? [] : ["the health check is no CMD or CMD-SHELL"]),
    ...(ASKED.test(textOf(check))
      ? []
      : ["the health check asks no http://localhost address, which is all that is served here"]),
    ...outside.map(
      ([key, { least, most }]) => `the health check's ${key} is not between ${least} and ${most}`,
    ),
  ];
}

function textOf({ command = [] }: HealthCheck): string {
  return command.join(" ");
}
