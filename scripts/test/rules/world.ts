import { assertFails } from "@firebase/rules-unit-testing";
import type { Row } from "./row.ts";

/** A service of the emulators with rules and what they are about. */
export interface World<Service> extends AsyncDisposable {
  /** Whether the rules let a row's caller do what the row says. */
  allows(row: Row<Service>): Promise<boolean>;
}

/** A configuration, and the table of who may do what under it. */
export interface Case<Service> {
  title: string;
  /** The rules' file, which mutations are made of. */
  rules: string;
  rows: Row<Service>[];
  /** Opens a world under such rules; `name` is one that no other world of the case has. */
  open(rules: string, name: string): Promise<World<Service>>;
}

/** Whether what was asked was done, or refused by rules. Throws when there is any other error. */
export async function isAllowed(asked: Promise<unknown>): Promise<boolean> {
  try {
    await asked;
    return true;
  } catch (error) {
    await assertFails(Promise.reject(error));
    return false;
  }
}
