import type { ContainerCondition } from "@aws-sdk/client-ecs";

/**
 * What becomes of one container, by the conditions that others can wait for: true once it is so, false once
 * it never will be.
 */
export class Milestones {
  readonly #promises: Readonly<Record<ContainerCondition, PromiseWithResolvers<boolean>>> = {
    START: Promise.withResolvers(),
    HEALTHY: Promise.withResolvers(),
    COMPLETE: Promise.withResolvers(),
    SUCCESS: Promise.withResolvers(),
  };

  when(condition: ContainerCondition): Promise<boolean> {
    return this.#promises[condition].promise;
  }

  started(): void {
    this.#promises.START.resolve(true);
  }

  checked(isHealthy: boolean): void {
    this.#promises.HEALTHY.resolve(isHealthy);
  }

  exited(exitCode: number): void {
    this.checked(false);
    this.#promises.COMPLETE.resolve(true);
    this.#promises.SUCCESS.resolve(exitCode === 0);
  }

  neverStarted(): void {
    for (const { resolve } of Object.values(this.#promises)) resolve(false);
  }
}
