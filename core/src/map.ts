/** Whether a value is a map, as documents and JSON texts have them: no list, and nothing of a class. */
export function isMap(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype
  );
}
