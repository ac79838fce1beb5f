const GIB = 1024;

/**
 * The memory sizes (MiB) that go with each number of CPU units:
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html
 */
const SIZES: Record<number, readonly number[]> = {
  256: [512, GIB, 2 * GIB],
  512: steps(1, 4, 1),
  1024: steps(2, 8, 1),
  2048: steps(4, 16, 1),
  4096: steps(8, 30, 1),
  8192: steps(16, 60, 4),
  16384: steps(32, 120, 8),
};

/** What a task has when it asks for none. */
export const DEFAULT_STORAGE_GIB = 20;

/** CPU units of `1024` or `1 vCPU`; NaN for anything else. */
export function parseCpu(text: string): number {
  const [, vcpus] = /^([\d.]+) ?vcpu$/i.exec(text) ?? [];
  return vcpus === undefined ? integer(text) : Number(vcpus) * 1024;
}

/** MiB of `2048` or `2 GB`; NaN for anything else. */
export function parseMemory(text: string): number {
  const [, gigabytes] = /^([\d.]+) ?gb$/i.exec(text) ?? [];
  return gigabytes === undefined ? integer(text) : Number(gigabytes) * GIB;
}

/** What is wrong with a task's size, in the service's words. */
export function problemsOfSize(cpu: number, memory: number): string[] {
  if (SIZES[cpu]?.includes(memory)) return [];
  return [
    `No Fargate configuration exists for given values: ${cpu} CPU, ${memory} memory. See the Amazon ECS documentation for the valid values.`,
  ];
}

/** What is wrong with the size of a task's ephemeral storage, when it asks for one. */
export function problemsOfStorage(sizeInGiB: number | undefined): string[] {
  if (sizeInGiB === undefined) return [];
  if (Number.isInteger(sizeInGiB) && sizeInGiB >= 21 && sizeInGiB <= 200) return [];
  return [`EphemeralStorage size should be between 21 and 200 GiB; it is ${sizeInGiB}.`];
}

function integer(text: string): number {
  return /^\d+$/.test(text) ? Number(text) : Number.NaN;
}

/** Every `by` GiB from `first` to `last`, in MiB. */
function steps(first: number, last: number, by: number): number[] {
  return Array.from({ length: (last - first) / by + 1 }, (_, step) => (first + step * by) * GIB);
}
