/** Faults in the order in which they are to happen, each once. */
export class FaultQueue<Fault> {
  readonly #waiting: Fault[] = [];

  add(fault: Fault, times: number): void {
    this.#waiting.push(...Array<Fault>(times).fill(fault));
  }

  /** Takes the first fault that befalls this call, if one does. */
  next(befalls: (fault: Fault) => boolean = () => true): Fault | undefined {
    const index = this.#waiting.findIndex(befalls);
    return index < 0 ? undefined : this.#waiting.splice(index, 1)[0];
  }
}
