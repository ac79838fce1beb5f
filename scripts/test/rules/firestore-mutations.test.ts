import { FIRESTORE_CASES } from "./firestore-cases.ts";
import { describeMutations } from "./mutated-rules.ts";

describe("firestore.rules, mutated", () => describeMutations(FIRESTORE_CASES));
