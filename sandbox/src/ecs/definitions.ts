import { definitionArn, type Realm, withoutArn } from "./arns.ts";
import type { TaskDefinition } from "./task-definition.ts";

/** A task definition with its revision's ARN. */
export type Revision = { arn: string; definition: TaskDefinition };

/** The registered task definitions; each further one of a family is its next revision. */
export class TaskDefinitions {
  readonly #realm: Realm;
  readonly #revisions = new Map<string, Revision>();

  constructor(realm: Realm, definitions: readonly TaskDefinition[]) {
    this.#realm = realm;
    for (const definition of definitions) this.#register(definition);
  }

  /** Finds one by its family (the latest revision), `family:revision` or full ARN. */
  find(reference: string): Revision | undefined {
    const name = withoutArn(this.#realm, "task-definition", reference);
    const last = [...this.#revisions.values()].findLast(
      ({ definition }) => definition.family === name,
    );
    return last ?? this.#revisions.get(name);
  }

  #register(definition: TaskDefinition): void {
    const { family } = definition;
    const earlier = [...this.#revisions.values()].filter(
      (revision) => revision.definition.family === family,
    );
    const revision = earlier.length + 1;
    const arn = definitionArn(this.#realm, family, revision);
    this.#revisions.set(`${family}:${revision}`, { arn, definition });
  }
}
