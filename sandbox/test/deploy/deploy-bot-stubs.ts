/** The AWS account that the tests deploy to. */
export const ACCOUNT = "123456789012";
/** The commit that is checked out. */
export const COMMIT = "0123456789abcdef0123456789abcdef01234567";
/** That account's registry. */
export const REGISTRY = `${ACCOUNT}.dkr.ecr.xx-test-1.amazonaws.com`;
/** The bot's image of that commit. */
export const BOT = `${REGISTRY}/meeting-bot/bot:${COMMIT}`;
/** The task definition, without a revision. */
export const ARN = `arn:aws:ecs:xx-test-1:${ACCOUNT}:task-definition/meeting-bot`;

/** Plays aws, docker and git: notes each call on a line, and answers from the environment. */
export const STUB = `#!/bin/sh
call="\${0##*/} $*"
printf '%s' "$call" | tr '\\n' ' ' >>"$CALLS"
echo >>"$CALLS"
case $call in "$FAIL"*) echo "told to fail" >&2; exit 1 ;; esac
case $call in
  "git "*" status --porcelain") printf '%s' "$CHANGES" ;;
  "git "*" rev-parse HEAD") echo ${COMMIT} ;;
  "aws sts "*) echo ${ACCOUNT} ;;
  "aws ecs describe-task-definition "*) cat "$DESCRIBED" ;;
  "aws ecr describe-images "*) [ -n "$PUSHED" ] || { echo "$NOT_FOUND" >&2; exit 254; } ;;
  "aws ecr get-login-password "*) echo s3cret ;;
  "docker login "*) cat >"$PASSWORD" ;;
  "aws ecs register-task-definition "*)
    while [ "$1" != --cli-input-json ]; do shift; done
    printf '%s' "$2" >"$REGISTERED"
    echo ${ARN}:8 ;;
esac
`;

/** What only ECS says of a task definition. */
export const READ_ONLY = {
  taskDefinitionArn: `${ARN}:7`,
  revision: 7,
  status: "ACTIVE",
  requiresAttributes: [{ name: "com.amazonaws.ecs.capability.task-iam-role" }],
  compatibilities: ["EC2", "FARGATE"],
  registeredAt: "2026-02-06T12:00:00+00:00",
  registeredBy: `arn:aws:iam::${ACCOUNT}:user/somebody`,
};

/** What somebody registered, with an image of the bot. */
export const definition = (botImage: string) => ({
  family: "meeting-bot",
  cpu: "4096",
  ephemeralStorage: { sizeInGiB: 50 },
  volumes: [{ name: "scratch", host: {} }],
  containerDefinitions: [
    { name: "manager", image: "registry/manager:1", environment: [{ name: "A", value: '"$x"\n' }] },
    { name: "meeting-bot", image: botImage, dockerLabels: { old: "yes" }, stopTimeout: 60 },
  ],
});

/** Every long option that the script's help describes. */
export function optionsOf(script: string): string[] {
  return [...script.matchAll(/^ {2}(--[a-z-]+) (?:[A-Z]| )/gm)].map(([, option = ""]) => option);
}
