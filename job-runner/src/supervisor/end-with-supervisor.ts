/**
 * Kills this process when the supervisor that started it has gone, as the container's end would;
 * does nothing in a process that was started without one.
 */
export function endWithSupervisor(): void {
  const end = () => process.kill(process.pid, "SIGKILL");
  process.once("disconnect", end);
  // It may have gone while this process was still loading.
  if (process.connected === false) end();
  // Listening alone would keep the process from ending by itself.
  process.channel?.unref();
}
