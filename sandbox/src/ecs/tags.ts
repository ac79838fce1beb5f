import type { Tag } from "@aws-sdk/client-ecs";

const MAX_TAGS = 50;
const MAX_KEY_LENGTH = 128;
const MAX_VALUE_LENGTH = 256;

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Tag.html */
const ALPHABET = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** What is wrong with the tags of a task or a task definition. */
export function problemsOfTags(tags: readonly Tag[]): string[] {
  const keys = tags.map(({ key = "" }) => key);
  return [
    ...(tags.length > MAX_TAGS ? [`There are ${tags.length} tags; ${MAX_TAGS} are allowed.`] : []),
    ...(new Set(keys).size < keys.length ? ["Duplicate tag keys are not allowed."] : []),
    ...tags.flatMap(problemsOfTag),
  ];
}

function problemsOfTag({ key = "", value = "" }: Tag): string[] {
  return [
    ...(key === "" ? ["Tag key cannot be empty."] : []),
    ...(key.length > MAX_KEY_LENGTH ? [`Tag key is longer than ${MAX_KEY_LENGTH}.`] : []),
    ...(value.length > MAX_VALUE_LENGTH
      ? [`The value of tag '${key}' is longer than ${MAX_VALUE_LENGTH}.`]
      : []),
    ...[key, value].flatMap((text) => [
      ...(ALPHABET.test(text) ? [] : [`Tag '${key}' has characters that are not allowed.`]),
      ...(/^aws:/i.test(text) ? [`Tag '${key}' has the reserved prefix aws:.`] : []),
    ]),
  ];
}
