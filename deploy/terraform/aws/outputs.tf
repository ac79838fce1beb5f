output "functions_env" {
  description = "What functions/.env.<project> needs to run bots here: terraform output -raw functions_env."
  value       = <<-END
    LAUNCHER=ecs
    ECS_REGION=${var.region}
    ECS_CLUSTER=${local.cluster_name}
    ECS_TASK_DEFINITION=${aws_ecs_task_definition.bot.family}
    ECS_SUBNETS=${join(",", local.subnet_ids)}
    ECS_SECURITY_GROUPS=${aws_security_group.bots.id}
    ECS_ROLE_ARN=${aws_iam_role.launcher.arn}
    ECS_ROLE_AUDIENCE=${var.google_functions.audience}
    SCRATCH_STORAGE_SIZE=${var.scratch_storage_gib}Gi
    STORAGE_URL=s3://${aws_s3_bucket.recordings.bucket}
    S3_REGION=${var.region}
    S3_ROLE_ARN=${aws_iam_role.recordings.arn}
    S3_ROLE_AUDIENCE=${var.google_functions.audience}
  END
}

output "aws_tasks" {
  description = "What aws_tasks of ../google must be, so that Google takes the tasks' tokens."
  value       = { account_id = local.account_id, role_name = aws_iam_role.task.name }
}

output "repositories" {
  description = "Where images are pushed to, by the name of their container."
  value       = { for name, repository in aws_ecr_repository.images : name => repository.repository_url }
}

output "alarms_topic_arn" {
  description = "Where alarms are published, for those who want them elsewhere than by e-mail."
  value       = aws_sns_topic.alarms.arn
}
