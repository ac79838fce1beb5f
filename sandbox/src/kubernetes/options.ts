import { type Answer, badRequest } from "./status.ts";

/** Options of any request that change nothing of what is done. */
const HARMLESS = ["pretty", "fieldManager", "timeoutSeconds"];

/** Refuses options that are not known here: a cluster would act on them. */
export function refuseUnknown(options: Iterable<string>, known: string[]): Answer | undefined {
  const unknown = [...options].find((name) => ![...HARMLESS, ...known].includes(name));
  if (unknown === undefined) return undefined;
  return badRequest(`the sandbox does not know the option ${unknown}`);
}
