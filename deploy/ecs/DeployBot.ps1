<#
.SYNOPSIS
Builds an image, pushes it to ECR and registers a revision of a task definition with it.

.DESCRIPTION
The revision differs from the newest one in that image and in nothing else; what else the account runs is not
looked at. deploy-bot.sh is its twin for other shells.

Tasks that are in a meeting end it with the revision that they were started from; the next launch takes the new
one. Run twice with one commit, it builds and registers once.

Needs aws, docker and git. Exits with 0 when the revision is there, 1 when a step failed, 2 when it was called
wrongly or a program is missing.

.PARAMETER Region
The AWS region.
.PARAMETER Account
The AWS account, 12 digits; credentials of another one are refused.
.PARAMETER Image
What to build: bot (the default) or manager.
.PARAMETER BaseImage
The bot's own image, around which deploy/meeting-bot is built; with bot, unless -Context is given.
.PARAMETER Context
Build this folder instead, with its Dockerfile or the one of -Dockerfile.
.PARAMETER Dockerfile
For -Context; Dockerfile.production, for example.
.PARAMETER Repository
The ECR repository (default meeting-bot/bot or meeting-bot/manager).
.PARAMETER Family
The task definition's family (default meeting-bot).
.PARAMETER Container
The container that gets the image (default meeting-bot or manager).
.PARAMETER Tag
The image's tag (default: the commit that is checked out, which must be clean).
.PARAMETER Cluster
The cluster of -Service.
.PARAMETER Service
A stand-alone bot's service to roll; our bots need none: each launch takes the newest revision.
.PARAMETER DryRun
Look, and say what would be done, but change nothing.
.PARAMETER Help
This text.

.EXAMPLE
./DeployBot.ps1 -Region ap-southeast-2 -Account 123456789012 -BaseImage my-bot:1.2 -DryRun
#>
[CmdletBinding(PositionalBinding = $false)]
param(
  [string] $Region,
  [string] $Account,
  [string] $Image = 'bot',
  [string] $BaseImage,
  [string] $Context,
  [string] $Dockerfile,
  [string] $Repository,
  [string] $Family = 'meeting-bot',
  [string] $Container,
  [string] $Tag,
  [string] $Cluster,
  [string] $Service,
  [switch] $DryRun,
  [switch] $Help
)

Set-StrictMode -Version 2.0
# A program that writes to its standard error has not failed; its exit code says so, and each is looked at.
$ErrorActionPreference = 'Continue'

function Stop-Misused([string] $Message) {
  [Console]::Error.WriteLine("DeployBot.ps1: $Message (-Help tells more)")
  exit 2
}

function Stop-Failed([string] $Message) {
  [Console]::Error.WriteLine("DeployBot.ps1: $Message")
  exit 1
}

# Changes something, unless this is a rehearsal. What the program prints is shown, not returned.
function Invoke-Change([string[]] $Command, [string] $OnFailure) {
  if ($DryRun) {
    Write-Host "would run: $($Command -join ' ')"
    return
  }
  $program, $arguments = $Command
  & $program @arguments | Out-Host
  if ($LASTEXITCODE -ne 0) { Stop-Failed $OnFailure }
}

if ($Help) {
  Get-Help $PSCommandPath -Full
  exit 0
}

if (-not $Region) { Stop-Misused '-Region is missing' }
if ($Account -notmatch '^[0-9]{12}$') { Stop-Misused '-Account must be 12 digits' }
if ($Service -and -not $Cluster) { Stop-Misused '-Service needs -Cluster' }
if ($Dockerfile -and -not $Context) { Stop-Misused '-Dockerfile needs -Context' }
if ('bot', 'manager' -cnotcontains $Image) { Stop-Misused "-Image must be bot or manager, not $Image" }
if (-not $Repository) { $Repository = "meeting-bot/$Image" }
if (-not $Container) { $Container = if ($Image -eq 'bot') { 'meeting-bot' } else { 'manager' } }
if ($Image -eq 'bot' -and -not ($BaseImage -or $Context)) { Stop-Misused "-BaseImage is missing: the bot's own image" }

foreach ($program in 'aws', 'docker', 'git') {
  if (-not (Get-Command $program -ErrorAction SilentlyContinue)) { Stop-Misused "$program is not on the PATH" }
}

$root = (Resolve-Path (Join-Path $PSScriptRoot '../..')).Path

if (-not $Tag) {
  $changes = git -C $root status --porcelain
  if ($LASTEXITCODE -ne 0) { Stop-Failed 'git does not know this folder: name a -Tag' }
  if ($changes) {
    Stop-Failed 'there are changes that are not committed: commit them, so that the tag says what runs, or name a -Tag'
  }
  $Tag = git -C $root rev-parse HEAD
  if ($LASTEXITCODE -ne 0) { Stop-Failed 'there is no commit yet: name a -Tag' }
}
$registry = "$Account.dkr.ecr.$Region.amazonaws.com"
$uri = "$registry/${Repository}:$Tag"

$actual = aws sts get-caller-identity --query Account --output text
if ($LASTEXITCODE -ne 0) { Stop-Failed 'AWS does not know you: sign in first' }
if ($actual -ne $Account) { Stop-Failed "these are credentials of account $actual, not of $Account" }

$answer = aws ecs describe-task-definition --region $Region --task-definition $Family --include TAGS --output json
if ($LASTEXITCODE -ne 0) {
  Stop-Failed "there is no task definition $Family in ${Region}: apply deploy/terraform/aws first"
}
# Since version 6 PowerShell makes a time of every text that looks like one, and since 7.5 it can be told not to.
$keeping = @{}
if ((Get-Command ConvertFrom-Json).Parameters.ContainsKey('DateKind')) { $keeping['DateKind'] = 'String' }
$current = ($answer -join "`n") | ConvertFrom-Json @keeping
$definition = $current.taskDefinition
$target = $definition.containerDefinitions | Where-Object { $_.name -eq $Container }
if (-not $target) { Stop-Failed "the task definition $Family has no container $Container" }

$build = @('--platform', 'linux/amd64', '--tag', $uri)
if ($Context) {
  if (-not $Dockerfile) { $Dockerfile = 'Dockerfile' }
  $build += @('--file', (Join-Path $Context $Dockerfile), $Context)
} elseif ($Image -eq 'bot') {
  $build += @('--build-arg', "MEETING_BOT_IMAGE=$BaseImage", (Join-Path $root 'deploy/meeting-bot'))
} else {
  $build += @('--file', (Join-Path $root 'job-runner/Dockerfile'), $root)
}

# Tags cannot be moved: one that is there is what this commit became the last time.
$found = aws ecr describe-images --region $Region --repository-name $Repository --image-ids "imageTag=$Tag" --output json 2>&1
if ($LASTEXITCODE -eq 0) {
  Write-Host "$uri is there already"
} else {
  if ("$found" -notmatch 'ImageNotFoundException') { Stop-Failed "ECR does not tell what is in ${Repository}: $found" }
  if (-not $DryRun) {
    $password = aws ecr get-login-password --region $Region
    if ($LASTEXITCODE -ne 0) { Stop-Failed 'ECR gives no password' }
    $password | docker login --username AWS --password-stdin $registry | Out-Null
    if ($LASTEXITCODE -ne 0) { Stop-Failed 'ECR did not let Docker in' }
  }
  Invoke-Change (@('docker', 'build') + $build) 'the image could not be built'
  Invoke-Change @('docker', 'push', $uri) 'the image could not be pushed'
}

if ($target.image -eq $uri) {
  $revision = $definition.taskDefinitionArn
  Write-Host "$revision has it already"
} else {
  # Everything that RegisterTaskDefinition takes, as it was; the rest of the answer is what ECS made of it.
  $target.image = $uri
  foreach ($field in 'taskDefinitionArn', 'revision', 'status', 'requiresAttributes', 'compatibilities',
    'registeredAt', 'registeredBy', 'deregisteredAt') {
    $definition.PSObject.Properties.Remove($field)
  }
  $tags = $current.PSObject.Properties['tags']
  if ($tags -and @($tags.Value).Count -gt 0) { $definition | Add-Member -NotePropertyName tags -NotePropertyValue @($tags.Value) }

  if ($DryRun) {
    $revision = $Family
    Write-Host "would run: aws ecs register-task-definition --region $Region --cli-input-json (the same, with $uri)"
  } else {
    # Through a file: Windows PowerShell takes the quotes out of arguments, and puts a mark before its own UTF-8.
    $file = [IO.Path]::GetTempFileName()
    try {
      [IO.File]::WriteAllText($file, ($definition | ConvertTo-Json -Depth 100), (New-Object Text.UTF8Encoding $false))
      $revision = aws ecs register-task-definition --region $Region --cli-input-json "file://$file" --query taskDefinition.taskDefinitionArn --output text
      if ($LASTEXITCODE -ne 0) { Stop-Failed 'ECS did not take the new revision' }
    } finally {
      Remove-Item $file
    }
    Write-Host "registered $revision"
  }
}

if ($Service) {
  Invoke-Change @('aws', 'ecs', 'update-service', '--region', $Region, '--cluster', $Cluster, '--service', $Service,
    '--task-definition', $revision, '--force-new-deployment', '--query', 'service.serviceArn', '--output', 'text') "ECS did not roll $Service"
}
exit 0
