/** A measurement that can be run from the command line. */
export interface Benchmark {
  /** One line for the list of benchmarks. */
  about: string;
  /** What it takes besides `--json`. */
  options: string;
  /** Measures and prints; whether what it measured is within its bounds. Throws for options that it does not take. */
  run(args: readonly string[]): Promise<boolean>;
}

/** The benchmarks by name; each loads what it needs when it is run. */
export const BENCHMARKS: Record<string, Benchmark> = {
  launch: {
    about: "document written → launch accepted, beside a bare trigger with a transaction",
    options: "[--writes N]",
    run: async (args) => (await import("./launch.ts")).runLaunch(args),
  },
  burst: {
    about: "500 meetings written at once: launches, starts, and what got lost",
    options: "[--meetings N]",
    run: async (args) => (await import("./burst.ts")).runBurst(args),
  },
  timer: {
    about: "planned launch → launch accepted: the timer's error",
    options: "[--meetings N]",
    run: async (args) => (await import("./timer.ts")).runTimer(args),
  },
  chaos: {
    about: "2,000 meetings in 1,000 rooms against functions that are killed at random",
    options: "[--quick] [--rooms N]",
    run: async (args) => (await import("./chaos.ts")).runChaos(args),
  },
  operations: {
    about: "Firestore reads and writes of a meeting, beside a controller that polls",
    options: "[--before CHECKOUT]",
    run: async (args) => (await import("./operations.ts")).runOperations(args),
  },
  kills: {
    about: "a manager or function killed at every phase boundary: how it ends, and when",
    options: "",
    run: async (args) => (await import("./kills.ts")).runKills(args),
  },
  webhooks: {
    about: "1,000 webhooks to an endpoint that fails and dies, by senders that are killed",
    options: "[--quick]",
    run: async (args) => (await import("./webhooks.ts")).runWebhooks(args),
  },
  media: {
    about: "end of a recording → both outputs stored; quality, memory, what kills cost",
    options: "[--quick] [--only PART,…]",
    run: async (args) => (await import("./media.ts")).runMedia(args),
  },
};
