import { StorageError } from "@meeting-bot/core";
import type { StorageAction } from "./storage-action.ts";

type Explain = (action: StorageAction) => [StorageError["code"], string];

const explainFull: Explain = ({ bucket, name }) => [
  "refused",
  `The disk of folder "${bucket}" is full, so "${name}" cannot be stored: make room on it, or let recordings go elsewhere.`,
];

const explainForbidden: Explain = ({ bucket, name, verb }) => [
  "forbidden",
  `User ${process.getuid?.() ?? "of this process"} may not ${verb} "${name}" in folder "${bucket}": give it the right to read and write there.`,
];

const explainObstacle: Explain = ({ bucket, name }) => [
  "refused",
  `"${name}" cannot be an object in folder "${bucket}": something that is no ordinary file or folder is in its way.`,
];

const BY_CODE: Readonly<Record<string, Explain>> = {
  ENOSPC: explainFull,
  EDQUOT: explainFull,
  EACCES: explainForbidden,
  EPERM: explainForbidden,
  EROFS: explainForbidden,
  EISDIR: explainObstacle,
  ENOTDIR: explainObstacle,
  ELOOP: explainObstacle,
  ENAMETOOLONG: ({ bucket, name }) => [
    "refused",
    `"${name}" has a part that is too long to be a file's name in folder "${bucket}".`,
  ],
};

/** Puts what the file system threw into a user's words; a `StorageError` stays as it is. */
export function toFileError(error: unknown, action: StorageAction): StorageError {
  if (error instanceof StorageError) return error;
  const explain = BY_CODE[errorCode(error) ?? ""] ?? explainOther(error);
  const [code, message] = explain(action);
  return new StorageError(code, message, { cause: error });
}

/** The system's word for what went wrong: `ENOENT` and the like. */
export function errorCode(error: unknown): string | undefined {
  const system = error instanceof Error && !(error instanceof StorageError) && "code" in error;
  return system ? String(error.code) : undefined;
}

/** For `catch`: what is not there is undefined, anything else is thrown again. */
export function ignoreMissing(error: unknown): undefined {
  if (errorCode(error) === "ENOENT") return undefined;
  throw error;
}

function explainOther(error: unknown): Explain {
  const text = error instanceof Error ? error.message : String(error);
  return ({ bucket, name, verb }) => [
    "refused",
    `Folder "${bucket}" refused to ${verb} "${name}": ${text}`,
  ];
}
