/** An option whose value cannot be, in the user's words. */
export class WrongOption extends Error {
  override readonly name = "WrongOption";
}

/** Reads how many of something there are to be. Throws `WrongOption` for what is no whole number above 0. */
export function readCount(option: string, text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count > 0) return count;
  throw new WrongOption(`--${option} ${text}: must be a whole number above 0.`);
}
