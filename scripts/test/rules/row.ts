import type { Caller } from "./callers.ts";

/** One line of the table of who may do what with a service. */
export interface Row<Service> {
  who: Caller;
  may: boolean;
  /** What is asked, as the end of a sentence. */
  does: string;
  ask(service: Service): Promise<unknown>;
}

export function may<Service>(who: Caller, does: string, ask: Row<Service>["ask"]): Row<Service> {
  return { who, may: true, does, ask };
}

export function mayNot<Service>(who: Caller, does: string, ask: Row<Service>["ask"]): Row<Service> {
  return { who, may: false, does, ask };
}

/** A row as a sentence; in columns, where several are below each other. */
export function describeRow({ who, may: allowed, does }: Row<never>): string {
  return `${who.padEnd(24)} ${allowed ? "may    " : "may not"}  ${does}`;
}
