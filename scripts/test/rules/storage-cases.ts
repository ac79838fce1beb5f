import { renderFile } from "../../rules/marked-block.ts";
import { storageRuleset } from "../../rules/storage-ruleset.ts";
import type { Case } from "./cases.ts";
import type { Row } from "./row.ts";
import { type Spelling, spellingOf } from "./spelling.ts";
import { may, mayNot, read } from "./table.ts";
import { CALLERS, RECORDINGS } from "./world.ts";

/**
 * The rules of Storage as rules of Firestore, with documents in the place of objects: one engine
 * evaluates both, but the emulator that asks it for Storage would have to be downloaded. What differs
 * is where metadata are, and how the other service's documents are asked for.
 */
function asFirestoreRules({ config }: Spelling): string {
  const ruleset = storageRuleset(config);
  const statements = ruleset.statements
    .replaceAll("resource.metadata", "resource.data.metadata")
    .replaceAll("firestore.exists(/databases/(default)", "exists(/databases/$(database)");
  const root = "/databases/{database}/documents";
  return renderFile({ service: "cloud.firestore", root, statements });
}

const readIt = read("recordings/of-acme");
const NEW = "recordings/new";
const WRITES: Record<string, Row["ask"]> = {
  "list recordings": (database) => database.collection("recordings").get(),
  "store a recording": (database) => database.doc(NEW).set(RECORDINGS["of-acme"]),
  "replace a recording": (database) => database.doc("recordings/of-acme").set({}),
  "remove a recording": (database) => database.doc("recordings/of-acme").delete(),
};

const ROWS: Row[] = [
  may("member", "read a recording", readIt),
  ...(["other's member", "stranger", "visitor"] as const).map((who) =>
    mayNot(who, "read a recording", readIt),
  ),
  mayNot("one whose claim is empty", "read a recording of ''", read("recordings/of-empty")),
  mayNot("one whose claim is null", "read a recording of null", read("recordings/of-null")),
  ...CALLERS.flatMap((who) => [
    mayNot(who, "read what is no recording", read("recordings/part")),
    ...Object.entries(WRITES).map(([does, ask]) => mayNot(who, does, ask)),
  ]),
];

function caseOf(title: string, name: string, variables: Record<string, string>, rows: Row[]): Case {
  const spelling = spellingOf(variables);
  return { title, name, spelling: { ...spelling, rules: asFirestoreRules(spelling) }, rows };
}

/** The rules of Storage under several configurations, and who may do what under them. */
export const STORAGE_CASES: readonly Case[] = [
  caseOf("in Storage", "storage", {}, [
    ...ROWS,
    may("member by document", "read a recording", readIt),
  ]),
  caseOf(
    "in Storage, with everything renamed",
    "storage-renamed",
    {
      ORGANIZATION_CLAIM: "https://example.com/organization",
      MEMBERSHIP_PATH: "people/{userId}/memberships/{organizationId}",
    },
    [...ROWS, may("member by document", "read a recording", readIt)],
  ),
  caseOf(
    "in Storage, which cannot ask the meetings' database",
    "storage-named",
    { FIRESTORE_DATABASE: "company-data" },
    [...ROWS, mayNot("member by document", "read a recording", readIt)],
  ),
];
