/** The bot has destroyed bytes that it had written before they were read: it began its file anew. */
export class LostBytesError extends Error {
  override readonly name = "LostBytesError";
  /** The first position whose byte is gone. */
  readonly from: number;
  /** The first position after it whose byte is there again. */
  readonly until: number;

  constructor(from: number, until: number) {
    super(`The bot has overwritten the recording's bytes ${from} to ${until}.`);
    this.from = from;
    this.until = until;
  }
}
