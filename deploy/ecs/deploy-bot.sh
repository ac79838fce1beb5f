#!/usr/bin/env bash
# Builds an image, pushes it to ECR, and registers a revision of the task definition that differs in that image and
# in nothing else. DeployBot.ps1 is its twin for PowerShell. What else the account runs is not looked at.
#
# Tasks that are in a meeting end it with the revision that they were started from; the next launch takes the new
# one. Run twice with one commit, it builds and registers once.
set -euo pipefail

usage() {
  cat <<'END_USAGE'
Usage: deploy-bot.sh --region REGION --account ID [option ...]

Builds an image, pushes it to ECR and registers a revision of a task definition with it. No other field of the
task definition changes, and nothing else is touched.

  --region REGION      the AWS region
  --account ID         the AWS account, 12 digits; credentials of another one are refused
  --image KIND         what to build: bot (the default) or manager
  --base-image IMAGE   the bot's own image, around which deploy/meeting-bot is built; with bot, unless --context
                       is given
  --context DIR        build this folder instead, with its Dockerfile or the one of --dockerfile
  --dockerfile FILE    for --context; Dockerfile.production, for example
  --repository NAME    the ECR repository (default meeting-bot/bot or meeting-bot/manager)
  --family FAMILY      the task definition's family (default meeting-bot)
  --container NAME     the container that gets the image (default meeting-bot or manager)
  --tag TAG            the image's tag (default: the commit that is checked out, which must be clean)
  --cluster CLUSTER    the cluster of --service
  --service SERVICE    a stand-alone bot's service to roll; our bots need none: each launch takes the newest revision
  --dry-run            look, and say what would be done, but change nothing
  --help               this text

Needs aws, docker, git and jq. Exits with 0 when the revision is there, 1 when a step failed, 2 when it was called
wrongly or a program is missing.
END_USAGE
}

misused() {
  echo "deploy-bot.sh: $1 (--help tells more)" >&2
  exit 2
}

failed() {
  echo "deploy-bot.sh: $1" >&2
  exit 1
}

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
region='' account='' image=bot base_image='' context='' dockerfile='' repository='' family=meeting-bot
container='' tag='' cluster='' service='' dry_run=false

while [ $# -gt 0 ]; do
  case $1 in
    --help) usage; exit 0 ;;
    --dry-run) dry_run=true; shift; continue ;;
    --region | --account | --image | --base-image | --context | --dockerfile | --repository | --family | \
      --container | --tag | --cluster | --service)
      [ -n "${2:-}" ] || misused "$1 needs a value"
      name=${1#--}
      printf -v "${name//-/_}" '%s' "$2"
      shift 2
      ;;
    *) misused "$1 is not an option" ;;
  esac
done

[ -n "$region" ] || misused "--region is missing"
[[ $account =~ ^[0-9]{12}$ ]] || misused "--account must be 12 digits"
[ -z "$service" ] || [ -n "$cluster" ] || misused "--service needs --cluster"
[ -z "$dockerfile" ] || [ -n "$context" ] || misused "--dockerfile needs --context"
case $image in
  bot) repository=${repository:-meeting-bot/bot} container=${container:-meeting-bot} ;;
  manager) repository=${repository:-meeting-bot/manager} container=${container:-manager} ;;
  *) misused "--image must be bot or manager, not $image" ;;
esac
[ "$image" = manager ] || [ -n "$base_image$context" ] || misused "--base-image is missing: the bot's own image"

for program in aws docker git jq; do
  command -v "$program" >/dev/null || misused "$program is not on the PATH"
done

# Changes something, unless this is a rehearsal.
change() {
  if "$dry_run"; then echo "would run: $*"; else "$@"; fi
}

if [ -z "$tag" ]; then
  changes=$(git -C "$root" status --porcelain) || failed "git does not know this folder: name a --tag"
  [ -z "$changes" ] ||
    failed "there are changes that are not committed: commit them, so that the tag says what runs, or name a --tag"
  tag=$(git -C "$root" rev-parse HEAD) || failed "there is no commit yet: name a --tag"
fi
registry=$account.dkr.ecr.$region.amazonaws.com
uri=$registry/$repository:$tag

actual=$(aws sts get-caller-identity --query Account --output text) || failed "AWS does not know you: sign in first"
[ "$actual" = "$account" ] || failed "these are credentials of account $actual, not of $account"

current=$(aws ecs describe-task-definition --region "$region" --task-definition "$family" --include TAGS --output json) ||
  failed "there is no task definition $family in $region: apply deploy/terraform/aws first"
jq --exit-status --arg container "$container" '.taskDefinition.containerDefinitions | any(.name == $container)' \
  <<<"$current" >/dev/null || failed "the task definition $family has no container $container"

build=(--platform linux/amd64 --tag "$uri")
if [ -n "$context" ]; then
  build+=(--file "$context/${dockerfile:-Dockerfile}" "$context")
elif [ "$image" = bot ]; then
  build+=(--build-arg "MEETING_BOT_IMAGE=$base_image" "$root/deploy/meeting-bot")
else
  build+=(--file "$root/job-runner/Dockerfile" "$root")
fi

# Tags cannot be moved: one that is there is what this commit became the last time.
if found=$(aws ecr describe-images --region "$region" --repository-name "$repository" --image-ids "imageTag=$tag" \
  --output json 2>&1); then
  echo "$uri is there already"
else
  [[ $found == *ImageNotFoundException* ]] || failed "ECR does not tell what is in $repository: $found"
  if ! "$dry_run"; then
    password=$(aws ecr get-login-password --region "$region") || failed "ECR gives no password"
    docker login --username AWS --password-stdin "$registry" <<<"$password" >/dev/null ||
      failed "ECR did not let Docker in"
  fi
  change docker build "${build[@]}" || failed "the image could not be built"
  change docker push "$uri" || failed "the image could not be pushed"
fi

# Everything that RegisterTaskDefinition takes, as it was; the rest of the answer is what ECS made of it.
next=$(jq --arg container "$container" --arg image "$uri" '
  (.tags // []) as $tags
  | .taskDefinition
  | del(.taskDefinitionArn, .revision, .status, .requiresAttributes, .compatibilities, .registeredAt, .registeredBy,
      .deregisteredAt)
  | .containerDefinitions |= map(if .name == $container then .image = $image else . end)
  | if $tags == [] then . else .tags = $tags end' <<<"$current")

if jq --exit-status --argjson next "$next" '
  .taskDefinition.containerDefinitions == $next.containerDefinitions' <<<"$current" >/dev/null; then
  revision=$(jq --raw-output .taskDefinition.taskDefinitionArn <<<"$current")
  echo "$revision has it already"
elif "$dry_run"; then
  revision=$family
  echo "would run: aws ecs register-task-definition --region $region --cli-input-json (the same, with $uri)"
else
  revision=$(aws ecs register-task-definition --region "$region" --cli-input-json "$next" \
    --query taskDefinition.taskDefinitionArn --output text) || failed "ECS did not take the new revision"
  echo "registered $revision"
fi

[ -n "$service" ] || exit 0
change aws ecs update-service --region "$region" --cluster "$cluster" --service "$service" \
  --task-definition "$revision" --force-new-deployment --query service.serviceArn --output text ||
  failed "ECS did not roll $service"
