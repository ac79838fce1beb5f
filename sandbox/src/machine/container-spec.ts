/** When a container counts as started: an HTTP answer below 400 on `path`, or, without a path, an open port. */
export type StartupProbe = {
  port: number;
  path?: string;
  initialDelaySeconds: number;
  periodSeconds: number;
  timeoutSeconds: number;
  failureThreshold: number;
};

/** One container of a task. An empty `command` means the image's own. */
export type ContainerSpec = {
  name: string;
  image: string;
  command: string[];
  args: string[];
  env: Record<string, string>;
  limits: Record<string, string>;
  mounts: { volume: string; path: string }[];
  startupProbe?: StartupProbe;
  /** Names of the containers that must be ready before this one starts. */
  dependsOn: string[];
};
