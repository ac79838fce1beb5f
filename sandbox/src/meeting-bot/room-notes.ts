import { joinsOf, note, type RoomEvent, roomOf } from "./room-register.ts";

/** What one bot's process notes in the register of all; nothing where there is no register. */
export class RoomNotes {
  readonly #registerFile: string | undefined;
  #presence: { room: string; botId: string } | undefined;

  constructor(registerFile: string | undefined) {
    this.#registerFile = registerFile;
  }

  /** How often bots have asked to join that meeting so far. */
  joinsOf(url: string): number {
    return this.#registerFile === undefined ? 0 : joinsOf(this.#registerFile, roomOf(url));
  }

  joinRequested(url: string, botId: string): void {
    this.#presence = { room: roomOf(url), botId };
    this.#note("join-requested");
  }

  /** It was let in. */
  entered(): void {
    this.#note("in-room");
  }

  /** It has left the room, or gone from its door; said once. */
  left(): void {
    this.#note("left");
    this.#presence = undefined;
  }

  #note(event: RoomEvent): void {
    if (this.#registerFile === undefined || !this.#presence) return;
    note(this.#registerFile, { at: Date.now(), event, ...this.#presence, pid: process.pid });
  }
}
