/** A measurement that can be run from the command line. */
export interface Benchmark {
  /** One line for the list of benchmarks. */
  about: string;
  /** Measures and prints; whether what it measured is within its bounds. */
  run(args: readonly string[]): Promise<boolean>;
}

/** The benchmarks by name; each loads what it needs when it is run. */
export const BENCHMARKS: Record<string, Benchmark> = {
  launch: {
    about: "document written → launch accepted, beside a bare trigger with a transaction",
    run: async (args) => (await import("./launch.ts")).runLaunch(args),
  },
  burst: {
    about: "500 meetings written at once: launches, starts, and what got lost",
    run: async (args) => (await import("./burst.ts")).runBurst(args),
  },
  chaos: {
    about: "2,000 meetings in 1,000 rooms against functions that are killed at random (--quick)",
    run: async (args) => (await import("./chaos.ts")).runChaos(args),
  },
};
