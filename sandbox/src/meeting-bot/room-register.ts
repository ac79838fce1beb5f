import { appendFileSync, existsSync, readFileSync } from "node:fs";

/** What a bot did about a room; `ended` is noted by who watches its process. */
export type RoomEvent = "join-requested" | "in-room" | "left" | "ended";

/** A line of the register. */
export interface RegisterLine {
  /** Epoch milliseconds. */
  at: number;
  event: RoomEvent;
  /** The meeting, whatever its link is decorated with; absent where a process has ended. */
  room?: string;
  botId?: string;
  pid: number;
}

/** A bot at the door of a room or in it. */
export interface Presence {
  room: string;
  botId: string;
  pid: number;
  /** When it asked to join. */
  from: number;
  /** When it was let in; absent for one that never was. */
  inRoomAt?: number;
  /** When it left, or its process ended; absent while it is there. */
  to?: number;
}

/** The room that a meeting's link leads to. */
export function roomOf(url: string): string {
  const { host, pathname } = new URL(url);
  return `${host}${pathname.replace(/\/+$/, "")}`;
}

/**
 * Adds a line to a register, in one write to its end, so that the lines of several processes do not mix.
 * Waits for the disk: a process that is killed right afterwards has said it.
 */
export function note(registerFile: string, line: RegisterLine): void {
  appendFileSync(registerFile, `${JSON.stringify(line)}\n`);
}

/** All lines of a register, the oldest first; none before the first was written. */
export function readRegister(registerFile: string): RegisterLine[] {
  if (!existsSync(registerFile)) return [];
  const lines = readFileSync(registerFile, "utf8").split("\n");
  // The last one may be on its way.
  return lines.slice(0, -1).map((line) => JSON.parse(line));
}

/** How often bots have asked to join a room so far. */
export function joinsOf(registerFile: string, room: string): number {
  return readRegister(registerFile).filter(
    (line) => line.event === "join-requested" && line.room === room,
  ).length;
}

/** Who was at or in which room, and when, in the order in which they asked to join. */
export function presencesIn(registerFile: string): Presence[] {
  const presences: Presence[] = [];
  for (const { at, event, room, botId = "", pid } of readRegister(registerFile)) {
    if (event === "join-requested" && room !== undefined) {
      presences.push({ room, botId, pid, from: at });
      continue;
    }
    const there = presences.findLast((one) => one.pid === pid && one.to === undefined);
    if (!there) continue;
    if (event === "in-room") there.inRoomAt ??= at;
    else there.to = at;
  }
  return presences;
}

/** The presences in a room that touch the time between two instants. */
export function presentBetween(
  presences: readonly Presence[],
  room: string,
  from: number,
  to: number,
): Presence[] {
  return presences.filter(
    (one) => one.room === room && one.from <= to && (one.to ?? Number.POSITIVE_INFINITY) >= from,
  );
}

/**
 * The greatest number of bots that were at one room at the same time; those at its door count unless
 * only those inside are asked for. One that comes at the very instant at which another goes was alone.
 */
export function mostAtOnce(
  presences: readonly Presence[],
  room: string,
  { inside = false }: { inside?: boolean } = {},
): number {
  const changes = presences
    .filter((one) => one.room === room)
    .flatMap(({ from, inRoomAt, to }) => {
      const begin = inside ? inRoomAt : from;
      return begin === undefined
        ? []
        : [
            { at: begin, by: 1 },
            { at: to ?? Number.POSITIVE_INFINITY, by: -1 },
          ];
    })
    .toSorted((a, b) => a.at - b.at || a.by - b.by);
  let there = 0;
  let most = 0;
  for (const { by } of changes) {
    there += by;
    most = Math.max(most, there);
  }
  return most;
}
