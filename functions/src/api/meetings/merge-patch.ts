import { isMap } from "@meeting-bot/core";

/** What is deeper is replaced: no field of ours goes so deep, and each level takes a part of the stack. */
const MAX_LEVELS = 10;

/** Applies a JSON merge patch (RFC 7396): `null` removes a member, maps are merged, all else is replaced. */
export function mergePatch(target: unknown, patch: unknown, levels = MAX_LEVELS): unknown {
  if (!isMap(patch) || levels === 0) return patch;
  const members = new Map<string, unknown>(isMap(target) ? Object.entries(target) : []);
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) members.delete(name);
    else members.set(name, mergePatch(members.get(name), value, levels - 1));
  }
  return Object.fromEntries(members);
}
