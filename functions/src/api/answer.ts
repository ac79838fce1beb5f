/** What a request is answered with; `body` goes out as JSON. */
export interface Answer {
  status: number;
  body?: object;
  headers?: Readonly<Record<string, string>>;
}

/** A success with a body. */
export function ok(body: object): Answer {
  return { status: 200, body };
}
