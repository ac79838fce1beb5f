/** gRPC codes of a service that cannot be asked now: DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, UNAVAILABLE. */
const AWAY: ReadonlySet<unknown> = new Set([4, 8, 14]);

/** How long a request waits for the database. Its client goes on trying for some 40 seconds. */
export const PATIENCE_MS = 10_000;

/** Nobody answered in time; what was asked for may still happen. */
class OutOfPatience extends Error {
  override readonly name = "OutOfPatience";
  /** DEADLINE_EXCEEDED */
  readonly code = 4;
}

/** Whether something was thrown because a service is away, and not because something is wrong. */
export function isAway(cause: unknown): boolean {
  return cause instanceof Error && AWAY.has((cause as Error & { code?: unknown }).code);
}

/** What comes of some work, if that is known after `ms` milliseconds; otherwise it throws an error that `isAway`. */
export async function inTime<T>(work: Promise<T>, ms: number): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new OutOfPatience("Nobody answered in time.")), ms);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The same port, for who waits for each of its answers only so long. */
export function withPatience<Port extends object>(port: Port, ms: number): Port {
  return new Proxy(port, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== "function") return member;
      return (...args: unknown[]) => {
        const result: unknown = Reflect.apply(member, target, args);
        return result instanceof Promise ? inTime(result, ms) : result;
      };
    },
  });
}
