# A bot is one task, started by the functions with RunTask; there is no service that would keep one running.

resource "aws_ecs_cluster" "bots" {
  count = var.cluster_name == null ? 1 : 0
  name  = var.name
  # Where the alarm about memory looks.
  setting {
    name  = "containerInsights"
    value = "enabled"
  }
}

data "aws_ecs_cluster" "given" {
  count        = var.cluster_name == null ? 0 : 1
  cluster_name = var.cluster_name
}

resource "aws_cloudwatch_log_group" "tasks" {
  name              = "/ecs/${var.name}"
  retention_in_days = var.log_retention_days
}

locals {
  cluster_name = var.cluster_name == null ? aws_ecs_cluster.bots[0].name : data.aws_ecs_cluster.given[0].cluster_name
  cluster_arn  = var.cluster_name == null ? aws_ecs_cluster.bots[0].arn : data.aws_ecs_cluster.given[0].arn
  tasks_arn    = "arn:aws:ecs:${var.region}:${local.account_id}:task/${local.cluster_name}/*"

  # deploy/ecs/task-definition.json is the one description of the task; README.md beside it has the reasons.
  description_file = "${path.module}/../../ecs/task-definition.json"
  described        = jsondecode(file(local.description_file))
  filled_in = jsondecode(templatefile(local.description_file, {
    MANAGER_IMAGE                     = "${aws_ecr_repository.images["manager"].repository_url}:${var.image_tags.manager}"
    MEETING_BOT_IMAGE                 = "${aws_ecr_repository.images["meeting-bot"].repository_url}:${var.image_tags.bot}"
    GCP_PROJECT_ID                    = var.google_project.id
    GCP_DEFAULT_REGION                = var.google_project.region
    FIRESTORE_DATABASE                = var.google_project.database
    GOOGLE_WORKLOAD_IDENTITY_AUDIENCE = var.google_workload_identity_audience
    ECS_TASK_ROLE_ARN                 = aws_iam_role.task.arn
    ECS_EXECUTION_ROLE_ARN            = aws_iam_role.execution.arn
    ECS_LOG_GROUP                     = aws_cloudwatch_log_group.tasks.name
    ECS_REGION                        = var.region
  }))
}

resource "aws_ecs_task_definition" "bot" {
  family                   = var.name
  requires_compatibilities = local.described.requiresCompatibilities
  network_mode             = local.described.networkMode
  cpu                      = local.described.cpu
  memory                   = local.described.memory
  task_role_arn            = local.filled_in.taskRoleArn
  execution_role_arn       = local.filled_in.executionRoleArn
  container_definitions    = jsonencode(local.filled_in.containerDefinitions)

  runtime_platform {
    operating_system_family = local.described.runtimePlatform.operatingSystemFamily
    cpu_architecture        = local.described.runtimePlatform.cpuArchitecture
  }

  # Each launch asks for its own (SCRATCH_STORAGE_SIZE); this is for tasks that are started by hand.
  ephemeral_storage {
    size_in_gib = var.scratch_storage_gib
  }

  dynamic "volume" {
    for_each = local.described.volumes
    content {
      name = volume.value.name
    }
  }

  # The launcher may still be starting tasks of the revision before.
  skip_destroy = true
}
