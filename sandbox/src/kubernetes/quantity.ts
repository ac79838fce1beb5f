import type { V1Job } from "@kubernetes/client-node";

const SHAPE = /^([+-]?(?:\d+\.?\d*|\.\d+))([KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?$/;

const FACTORS: Record<string, number> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** What a resource quantity (`500m`, `2Gi`, `1e3`) amounts to; undefined when it is none. */
export function parseQuantity(text: string): number | undefined {
  const [, amount, suffix = ""] = SHAPE.exec(text) ?? [];
  if (amount === undefined) return undefined;
  if (/^[eE]./.test(suffix) && suffix !== "Ei") return Number(amount + suffix);
  return Number(amount) * (FACTORS[suffix] ?? 1);
}

/** Whether every resource quantity of a Job parses; the API server checks it while it reads the object. */
export function quantitiesParse(job: V1Job): boolean {
  return quantitiesOf(job).every((quantity) => parseQuantity(quantity) !== undefined);
}

function quantitiesOf(job: V1Job): string[] {
  const { containers = [], initContainers = [], volumes = [] } = job.spec?.template.spec ?? {};
  return [
    ...[...initContainers, ...containers].map(({ resources }) => resources),
    ...volumes.map(({ ephemeral }) => ephemeral?.volumeClaimTemplate?.spec.resources),
  ]
    .flatMap((resources) => [resources?.limits, resources?.requests])
    .flatMap((list) => Object.values(list ?? {}))
    .concat(volumes.flatMap(({ emptyDir }) => emptyDir?.sizeLimit ?? []));
}
