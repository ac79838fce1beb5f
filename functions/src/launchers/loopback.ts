import { type Setting, text } from "@meeting-bot/core";

/**
 * The address of a platform's local stand-in: one on this machine, since anything else would carry
 * launches, unencrypted, to wherever it says.
 */
export function loopback(
  name: string,
  options: { description: string; fallback: string },
): Setting<string> {
  const isLoopback = (value: string) => {
    const port = Number(/^(?:127\.0\.0\.1|localhost|\[::1\]):(\d{1,5})$/.exec(value)?.[1]);
    return port >= 1 && port <= 65_535;
  };
  return {
    ...text(name, options),
    allowed: "an address on this machine such as 127.0.0.1:8123",
    parse: (value: string) => (isLoopback(value) ? value : undefined),
  };
}
