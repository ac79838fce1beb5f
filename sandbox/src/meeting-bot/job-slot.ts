/** The one job that a process runs at a time. */
export class JobSlot {
  #running: Promise<void> | undefined;
  #closed = false;

  /** Whether a job is running. */
  get busy(): boolean {
    return this.#running !== undefined;
  }

  /** Starts a job unless one is running or the slot is closed; tells whether it did. */
  start(job: () => Promise<void>): boolean {
    if (this.busy || this.#closed) return false;
    this.#running = job().finally(() => {
      this.#running = undefined;
    });
    return true;
  }

  /** Refuses new jobs from now on and resolves when the running one is over, however long it takes. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
  }
}
