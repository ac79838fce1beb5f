import type { StorageEmulator } from "../../../sandbox/src/firebase/storage-emulator.ts";
import { renderFile } from "../../rules/marked-block.ts";
import { storageRuleset } from "../../rules/storage-ruleset.ts";
import { CALLERS } from "./callers.ts";
import { may, mayNot, type Row } from "./row.ts";
import { spellingOf } from "./spelling.ts";
import { type Bucket, OURS, openStorageWorld, PART, UNNAMED } from "./storage-world.ts";
import type { Case } from "./world.ts";

/** The project of the emulators, one for all cases: rules ask for documents of no other. */
export const STORAGE_PROJECT = "demo-rules-storage";

const read =
  (name: string): Row<Bucket>["ask"] =>
  (bucket) =>
    bucket.ref(name).getDownloadURL();
const WRITES: Record<string, Row<Bucket>["ask"]> = {
  "list recordings": (bucket) => bucket.ref("recordings/acme").listAll(),
  "store a recording": (bucket) => store(bucket, "recordings/acme/two/video.mp4"),
  "replace a recording": (bucket) => store(bucket, OURS),
  "say whose a part is": (bucket) =>
    bucket.ref(PART).updateMetadata({ customMetadata: { organization: "acme" } }),
  "remove a recording": (bucket) => bucket.ref(OURS).delete(),
};

const ROWS: Row<Bucket>[] = [
  may("member", "read a recording", read(OURS)),
  ...(["other's member", "stranger", "visitor"] as const).map((who) =>
    mayNot(who, "read a recording", read(OURS)),
  ),
  mayNot("one whose claim is empty", "read a recording of ''", read(UNNAMED)),
  ...CALLERS.flatMap((who) => [
    mayNot(who, "read what is no recording", read(PART)),
    ...Object.entries(WRITES).map(([does, ask]) => mayNot(who, does, ask)),
  ]),
];

/** The rules of Storage under several configurations, and who may do what under them. */
export function storageCases(running: () => StorageEmulator): Case<Bucket>[] {
  const caseOf = (title: string, variables: Record<string, string>, rows: Row<Bucket>[]) => {
    const spelling = spellingOf(variables);
    const rules = renderFile(storageRuleset(spelling.config));
    const open: Case<Bucket>["open"] = (opened) =>
      openStorageWorld(running(), STORAGE_PROJECT, opened, spelling);
    return { title, rules, rows: [...ROWS, ...rows], open };
  };
  return [
    caseOf("in Storage", {}, [may("member by document", "read a recording", read(OURS))]),
    caseOf(
      "in Storage, with everything renamed",
      {
        ORGANIZATION_CLAIM: "https://example.com/organization",
        MEMBERSHIP_PATH: "people/{userId}/memberships/{organizationId}",
      },
      [may("member by document", "read a recording", read(OURS))],
    ),
    caseOf(
      "in Storage, which cannot ask the meetings' database",
      { FIRESTORE_DATABASE: "company-data" },
      [mayNot("member by document", "read a recording", read(OURS))],
    ),
  ];
}

async function store(bucket: Bucket, name: string): Promise<void> {
  await bucket.ref(name).putString("x");
}
