/** Tells the supervisor, if there is one, that this process hears SIGTERM from now on. */
export function sayReady(): void {
  process.send?.("ready");
}
