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
