/** What every ARN of one account in one region begins with. */
export type Realm = { region: string; accountId: string };

/** A role's ARN, of any account. */
export const ROLE_ARN = /^arn:aws:iam::\d{12}:role\/[\w+=,.@/-]+$/;

/** `arn:aws:ecs:{region}:{account}:cluster/{name}` */
export function clusterArn(realm: Realm, cluster: string): string {
  return `${prefix(realm)}:cluster/${cluster}`;
}

/** `arn:aws:ecs:{region}:{account}:task/{cluster}/{id}` */
export function taskArn(realm: Realm, cluster: string, id: string): string {
  return `${prefix(realm)}:task/${cluster}/${id}`;
}

/** `arn:aws:ecs:{region}:{account}:container/{cluster}/{task id}/{uuid}` */
export function containerArn(realm: Realm, cluster: string, taskId: string, uuid: string): string {
  return `${prefix(realm)}:container/${cluster}/${taskId}/${uuid}`;
}

/** `arn:aws:ecs:{region}:{account}:task-definition/{family}:{revision}` */
export function definitionArn(realm: Realm, family: string, revision: number): string {
  return `${prefix(realm)}:task-definition/${family}:${revision}`;
}

/** What follows the ARN's kind in `text`; the text itself when it is no ARN of this realm. */
export function withoutArn(realm: Realm, kind: string, text: string): string {
  const start = `${prefix(realm)}:${kind}/`;
  return text.startsWith(start) ? text.slice(start.length) : text;
}

function prefix({ region, accountId }: Realm): string {
  return `arn:aws:ecs:${region}:${accountId}`;
}
