/** What a receiver answers. */
export interface Answer {
  status: number;
  headers?: Readonly<Record<string, string>>;
}

/** Decides about a message whose signature is right. */
export type Answering = () => Answer;

/** Takes every message. */
export const accept: Answering = () => ({ status: 204 });

/** Always gives the same answer, such as a redirect or 410. */
export function always(status: number, headers: Answer["headers"] = {}): Answering {
  return () => ({ status, headers });
}

/** Fails with 500 for a share (0 to 1) of the messages, and takes the others. */
export function failing(share: number, random: () => number = Math.random): Answering {
  return () => (random() < share ? { status: 500 } : accept());
}
