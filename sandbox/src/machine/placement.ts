import type { ContainerSpec } from "./container-spec.ts";

/**
 * Where one task lives on this machine, which gives it neither a network nor a mount namespace of its own.
 * `ports` maps a container's port to the local one, `folders` a volume's name to its local folder.
 */
export type Placement = {
  ports: ReadonlyMap<number, number>;
  folders: ReadonlyMap<string, string>;
};

/**
 * The environment as the container must see it here. A value is rewritten when it
 * - is exactly the number of a placed port,
 * - contains `localhost:<port>` or `127.0.0.1:<port>` of a placed port, or
 * - is a mount path of the container, or a path below one.
 */
export function placeEnv(
  env: Record<string, string>,
  mounts: ContainerSpec["mounts"],
  placement: Placement,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => [
      name,
      placePath(placePort(value, placement.ports), mounts, placement.folders),
    ]),
  );
}

function placePort(value: string, ports: Placement["ports"]): string {
  const local = ports.get(Number(value));
  if (local !== undefined && /^\d+$/.test(value)) return String(local);
  return value.replace(
    /\b(localhost|127\.0\.0\.1):(\d+)\b/g,
    (_, host: string, port: string) => `${host}:${ports.get(Number(port)) ?? port}`,
  );
}

function placePath(
  value: string,
  mounts: ContainerSpec["mounts"],
  folders: Placement["folders"],
): string {
  const mount = mounts.find(({ path }) => value === path || value.startsWith(`${path}/`));
  const folder = mount && folders.get(mount.volume);
  return mount && folder ? folder + value.slice(mount.path.length) : value;
}
