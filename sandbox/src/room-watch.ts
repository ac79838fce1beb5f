import { note, presencesIn } from "./meeting-bot/room-register.ts";
import { isAlive } from "./process-tree.ts";

/** A watch over the processes that a register names. */
export interface RoomWatch {
  stop(): void;
}

const LOOK_EVERY_MS = 100;

/**
 * Notes in a register when a process has ended that is in a room by its own account: one that was killed
 * cannot say so itself.
 */
export function watchRooms(registerFile: string): RoomWatch {
  const look = () => {
    const there = presencesIn(registerFile).filter(({ to }) => to === undefined);
    for (const pid of new Set(there.map((presence) => presence.pid))) {
      if (!isAlive(pid)) note(registerFile, { at: Date.now(), event: "ended", pid });
    }
  };
  const timer = setInterval(look, LOOK_EVERY_MS).unref();
  return {
    stop: () => {
      clearInterval(timer);
      look();
    },
  };
}
