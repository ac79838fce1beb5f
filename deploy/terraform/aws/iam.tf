# Four roles, none with a key: what runs in a task, what starts it, and the functions in Google Cloud, once to launch
# and once to look at recordings.

locals {
  tasks_may_assume = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "ecs-tasks.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = {
        StringEquals = { "aws:SourceAccount" = local.account_id }
        ArnLike      = { "aws:SourceArn" = "arn:aws:ecs:${var.region}:${local.account_id}:*" }
      }
    }]
  })

  # The functions, with the token of their Google service account. AWS knows accounts.google.com without an identity
  # provider of ours. Of Google's tokens it calls `azp` aud and `aud` oaud; a service account's azp and sub are its
  # number.
  functions_may_assume = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Federated = "accounts.google.com" }
      Action    = "sts:AssumeRoleWithWebIdentity"
      Condition = {
        StringEquals = {
          "accounts.google.com:aud"  = var.google_functions.account_id
          "accounts.google.com:sub"  = var.google_functions.account_id
          "accounts.google.com:oaud" = var.google_functions.audience
        }
      }
    }]
  })
}

# What the manager and the bot may do: keep recordings. Firestore knows this role by its name
# (aws_tasks of ../google); proving it needs no permission.
resource "aws_iam_role" "task" {
  name               = "${var.name}-task"
  description        = "Meeting bots while they record."
  assume_role_policy = local.tasks_may_assume
}

resource "aws_iam_role_policy" "task" {
  name = "recordings"
  role = aws_iam_role.task.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Action = [
          "s3:GetObject",
          "s3:PutObject",
          "s3:PutObjectTagging",
          "s3:DeleteObject",
          "s3:AbortMultipartUpload",
          "s3:ListMultipartUploadParts",
        ]
        Resource = "${aws_s3_bucket.recordings.arn}/*"
      },
      {
        # Without it an object that is not there is answered with 403.
        Effect   = "Allow"
        Action   = "s3:ListBucket"
        Resource = aws_s3_bucket.recordings.arn
      },
    ]
  })
}

# What ECS itself does before the containers run: pull their images, open their logs.
resource "aws_iam_role" "execution" {
  name               = "${var.name}-execution"
  description        = "ECS, when it starts meeting bots."
  assume_role_policy = local.tasks_may_assume
}

resource "aws_iam_role_policy" "execution" {
  name = "start"
  role = aws_iam_role.execution.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        # Cannot be narrowed: the token is one for the whole registry.
        Effect   = "Allow"
        Action   = "ecr:GetAuthorizationToken"
        Resource = "*"
      },
      {
        Effect   = "Allow"
        Action   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
        Resource = [for repository in aws_ecr_repository.images : repository.arn]
      },
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.tasks.arn}:*"
      },
    ]
  })
}

resource "aws_iam_role" "launcher" {
  name               = "${var.name}-launcher"
  description        = "The functions in ${var.google_project.id} that send meeting bots."
  assume_role_policy = local.functions_may_assume
}

resource "aws_iam_role_policy" "launcher" {
  name = "launch"
  role = aws_iam_role.launcher.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        # Any revision, of this family alone.
        Effect    = "Allow"
        Action    = "ecs:RunTask"
        Resource  = "${aws_ecs_task_definition.bot.arn_without_revision}:*"
        Condition = { ArnEquals = { "ecs:cluster" = local.cluster_arn } }
      },
      {
        # Launches carry the instance and its scope as tags.
        Effect    = "Allow"
        Action    = "ecs:TagResource"
        Resource  = local.tasks_arn
        Condition = { StringEquals = { "ecs:CreateAction" = "RunTask" } }
      },
      {
        Effect    = "Allow"
        Action    = ["ecs:DescribeTasks", "ecs:StopTask"]
        Resource  = local.tasks_arn
        Condition = { ArnEquals = { "ecs:cluster" = local.cluster_arn } }
      },
      {
        # Takes no narrower resource.
        Effect    = "Allow"
        Action    = "ecs:ListTasks"
        Resource  = "*"
        Condition = { ArnEquals = { "ecs:cluster" = local.cluster_arn } }
      },
      {
        Effect    = "Allow"
        Action    = "iam:PassRole"
        Resource  = [aws_iam_role.task.arn, aws_iam_role.execution.arn]
        Condition = { StringEquals = { "iam:PassedToService" = "ecs-tasks.amazonaws.com" } }
      },
    ]
  })
}

# The HTTP API gives out signed URLs, in this role's name, and erases recordings.
resource "aws_iam_role" "recordings" {
  name               = "${var.name}-recordings"
  description        = "The functions in ${var.google_project.id} that show and erase recordings."
  assume_role_policy = local.functions_may_assume
}

resource "aws_iam_role_policy" "recordings" {
  name = "recordings"
  role = aws_iam_role.recordings.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["s3:GetObject", "s3:DeleteObject"]
        Resource = "${aws_s3_bucket.recordings.arn}/*"
      },
      {
        Effect   = "Allow"
        Action   = "s3:ListBucket"
        Resource = aws_s3_bucket.recordings.arn
      },
    ]
  })
}
