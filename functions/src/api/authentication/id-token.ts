/** What a verified ID token says. */
export interface IdToken {
  userId: string;
  claims: Readonly<Record<string, unknown>>;
}
