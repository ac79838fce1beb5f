import { type Realm, taskArn, withoutArn } from "./arns.ts";
import { invalid, type Refusal } from "./protocol.ts";

/** The ARN of the task that a caller names by its id or ARN, within a cluster. */
export function resolveTask(
  realm: Realm,
  cluster: string,
  reference: string,
): { ok: true; arn: string } | Refusal {
  const [id = "", ...path] = withoutArn(realm, "task", reference).split("/").reverse();
  const [named = cluster] = path;
  if (named !== cluster) {
    return invalid(
      `Invalid identifier: Identifier is for cluster ${named}. Your cluster is ${cluster}`,
    );
  }
  if (![32, 36].includes(id.length)) {
    return invalid("Invalid identifier: taskId length should be one of [32,36]");
  }
  return { ok: true, arn: taskArn(realm, cluster, id) };
}
