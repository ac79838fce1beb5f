/**
 * Kills this process when the supervisor that started it has gone, as the container's end would;
 * does nothing in a process that was started without one.
 */
export function endWithSupervisor(): void {
  process.once("disconnect", () => process.kill(process.pid, "SIGKILL"));
  // Listening alone would keep the process from ending by itself.
  process.channel?.unref();
}
