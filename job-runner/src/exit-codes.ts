/** How the manager's process ends; Cloud Run calls an execution failed unless it is 0. */
export const EXIT = {
  /** The outputs are stored, or somebody else works on the instance. */
  ok: 0,
  /** The attempt failed; the instance says why. */
  failed: 1,
  /** The environment is not usable; nothing was touched. */
  misconfigured: 2,
  /** The lease was lost on the way: the bot was stopped, nothing more was written. */
  fencedOff: 3,
  /** A defect of ours; the sweep takes the instance back. */
  crashed: 70,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
