import type { Instant, Timer } from "@meeting-bot/core";

/** A timer that wakes nobody, remembers what it was asked, and fails when it is told to. */
export class RecordingTimer implements Timer {
  readonly set: { instanceId: string; dueAt: Instant }[] = [];
  failure: Error | undefined;

  async setTimer(instanceId: string, dueAt: Instant): Promise<void> {
    if (this.failure) throw this.failure;
    this.set.push({ instanceId, dueAt });
  }
}
