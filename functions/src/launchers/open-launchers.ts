import type { Launcher } from "@meeting-bot/core";
import { lazily } from "../lazily.ts";
import { LAUNCHERS, type LauncherKind } from "./registry.ts";

/** The launchers of a deployment, each of which is built when it is first needed. */
export interface OpenLaunchers {
  /** The one that bots are launched with. */
  configured(): Promise<Launcher>;
  /** The one that has made an execution; rejects when it cannot be built, as when its settings are gone. */
  of(execution: { launcher: string }): Promise<Launcher>;
}

type Build = (kind: LauncherKind) => Promise<Launcher>;

/** Opens launchers by their words: `kind` is that of the configured one. */
export function openLaunchers(kind: LauncherKind, build: Build): OpenLaunchers {
  const launchers = new Map(
    (Object.keys(LAUNCHERS) as LauncherKind[]).map((key) => [
      key as string,
      lazily(() => build(key)),
    ]),
  );
  const of = async (key: string) => {
    const open = launchers.get(key);
    if (!open) throw new Error(`There is no launcher "${key}".`);
    return open();
  };
  return { configured: () => of(kind), of: ({ launcher }) => of(launcher) };
}
