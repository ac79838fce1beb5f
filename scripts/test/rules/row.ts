import type { Caller, Database } from "./world.ts";

/** One line of the table of who may do what. */
export interface Row {
  who: Caller;
  may: boolean;
  /** What is asked, as the end of a sentence. */
  does: string;
  ask(database: Database): Promise<unknown>;
}

/** A row as a sentence; in columns, where several are below each other. */
export function describeRow({ who, may, does }: Row): string {
  return `${who.padEnd(24)} ${may ? "may    " : "may not"}  ${does}`;
}
