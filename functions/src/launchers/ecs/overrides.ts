import type { LaunchRequest } from "@meeting-bot/core";

/** The containers whose environments each launch adds to, as deploy/ecs/task-definition.json names them. */
export const MANAGER_CONTAINER = "manager";
export const BOT_CONTAINER = "meeting-bot";

/** What ECS allows for all overrides of a task, with the JSON around them (API reference, TaskOverride). */
const MAX_CHARACTERS = 8192;

/** Nothing here reads these: they are for images that want them. */
const DISPENSABLE = ["BOT_NAME", "CREATOR_ORGANIZATION_ID", "CREATOR_USER_ID", "GCS_PATH"];

type Told = Pick<LaunchRequest, "environment" | "botEnvironment" | "timeoutSeconds">;
type Variables = Readonly<Record<string, string>>;

/** What a task differs in from its definition. */
export type Overrides = ReturnType<typeof overridesOf>;

/** The overrides of a launch, or how long they would be and which variable is to blame most. */
export type Fitted =
  | { ok: true; overrides: Overrides }
  | { ok: false; characters: number; longest: string };

/**
 * The overrides of a launch, small enough for ECS: of the variables that are dispensable, the longest go
 * first, and only as many as must. Fargate ends no task by itself, so the manager is told its time-out.
 */
export function fitOverrides(request: Told, scratchGibibytes: number): Fitted {
  const manager: Record<string, string> = {
    ...request.environment,
    EXECUTION_TIMEOUT_SECONDS: String(request.timeoutSeconds),
  };
  const build = () => overridesOf(manager, request.botEnvironment, scratchGibibytes);
  const dispensable = longestFirst(manager).filter((name) => DISPENSABLE.includes(name));
  for (const name of dispensable) {
    if (charactersOf(build()) <= MAX_CHARACTERS) break;
    delete manager[name];
  }
  const overrides = build();
  const characters = charactersOf(overrides);
  if (characters <= MAX_CHARACTERS) return { ok: true, overrides };
  const [longest = ""] = longestFirst({ ...manager, ...request.botEnvironment });
  return { ok: false, characters, longest };
}

/** The limit that `fitOverrides` keeps, in words. */
export function explainMisfit({ characters, longest }: Extract<Fitted, { ok: false }>): string {
  return `What a task must be told takes ${characters} characters, and ECS allows ${MAX_CHARACTERS}: shorten ${longest}, or give it to the containers in the task definition.`;
}

function overridesOf(manager: Variables, bot: Variables, scratchGibibytes: number) {
  return {
    containerOverrides: [
      { name: MANAGER_CONTAINER, environment: toPairs(manager) },
      { name: BOT_CONTAINER, environment: toPairs(bot) },
    ],
    ephemeralStorage: { sizeInGiB: scratchGibibytes },
  };
}

function toPairs(variables: Variables) {
  return Object.entries(variables).map(([name, value]) => ({ name, value }));
}

/** Bytes, since it is not said how a character beyond ASCII counts. */
function charactersOf(overrides: Overrides): number {
  return Buffer.byteLength(JSON.stringify(overrides));
}

function longestFirst(variables: Variables): string[] {
  const lengthOf = (name: string) => Buffer.byteLength(JSON.stringify(variables[name]));
  return Object.keys(variables).toSorted((a, b) => lengthOf(b) - lengthOf(a));
}
