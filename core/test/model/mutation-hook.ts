import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { mutate, mutationOf } from "./mutations.ts";

// To be imported before anything else. `MODEL_MUTATION` names the mend that is missing from the source, but
// for what is imported with this query, and whatever that imports.
const WHOLE = "?whole";

const mutation = mutationOf(process.env["MODEL_MUTATION"] ?? "");
const url = new URL(`../../src/${mutation.file}`, import.meta.url);
const source = mutate(readFileSync(url, "utf8"), mutation);

registerHooks({
  resolve(specifier, context, next) {
    const resolved = next(specifier, context);
    const isWhole = context.parentURL?.endsWith(WHOLE) && specifier.startsWith(".");
    return isWhole ? { ...resolved, url: resolved.url + WHOLE } : resolved;
  },
  load: (loaded, context, next) =>
    loaded === url.href
      ? { format: "module-typescript", source, shortCircuit: true }
      : next(loaded, context),
});
