import fc, { type Arbitrary } from "fast-check";
import { headerTexts } from "./http.ts";
import { hostileTexts } from "./texts.ts";
import { oddJson } from "./values.ts";

/** Whom a request says that it is from: a user with a good token, the holder of a good key, or whoever. */
export type Credential =
  | { kind: "user"; userId: string; claims: object }
  | { kind: "key" }
  | { kind: "header"; text: string };

/** Is in each `Authorization` that is made here; nobody may be told it. */
export const CREDENTIAL = "never-tell-a-credential";

const organizations = fc.oneof(
  fc.constantFrom("acme", "other", "a/b", "..", "", "__x__"),
  hostileTexts,
  oddJson,
);
/** Mostly those of somebody who may ask. */
export const credentials: Arbitrary<Credential | undefined> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.constant<Credential>({
      kind: "user",
      userId: "ada",
      claims: { organization_id: "acme" },
    }),
  },
  { weight: 2, arbitrary: fc.constant<Credential>({ kind: "key" }) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(
        fc.oneof(fc.constantFrom("ada", "a/b", "..", "x".repeat(200)), hostileTexts),
        organizations,
      )
      .map(
        ([userId, organization_id]): Credential => ({
          kind: "user",
          userId: userId.slice(0, 300),
          claims: {
            organization_id:
              typeof organization_id === "string"
                ? organization_id.slice(0, 2000)
                : organization_id,
          },
        }),
      ),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(
        fc.constantFrom(
          "Bearer ",
          "bearer  ",
          "Bearer",
          "Basic ",
          "Bearer mbk_",
          "Bearer mbk_0123456789abcdef_",
          "Bearer a.b.",
          "Bearer eyJhbGciOiJub25lIn0.e30.",
          "",
        ),
        fc.oneof(fc.constant(""), headerTexts),
      )
      .map(
        ([scheme, text]): Credential => ({ kind: "header", text: `${scheme}${CREDENTIAL}${text}` }),
      ),
  },
  { weight: 1, arbitrary: fc.constant(undefined) },
);
