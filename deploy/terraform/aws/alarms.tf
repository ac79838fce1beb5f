resource "aws_sns_topic" "alarms" {
  name = "${var.name}-alarms"
}

resource "aws_sns_topic_subscription" "email" {
  for_each  = var.alarm_emails
  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = each.value
}

# Tasks that never came to run, or that ended with an exit code: EventBridge counts its matches.
resource "aws_cloudwatch_event_rule" "task_failed" {
  name        = "${var.name}-task-failed"
  description = "A bot's task could not be started, or one of its containers failed."
  event_pattern = jsonencode({
    source        = ["aws.ecs"]
    "detail-type" = ["ECS Task State Change"]
    detail = {
      clusterArn        = [local.cluster_arn]
      taskDefinitionArn = [{ prefix = "${aws_ecs_task_definition.bot.arn_without_revision}:" }]
      lastStatus        = ["STOPPED"]
      "$or" = [
        { stopCode = ["TaskFailedToStart", "SpotInterruption", "TerminationNotice"] },
        { containers = { exitCode = [{ "anything-but" = [0] }] } },
      ]
    }
  })
}

# A rule without a target is not counted. What it matched is kept, with ECS's reasons.
resource "aws_cloudwatch_log_group" "failures" {
  name              = "/aws/events/${var.name}-failures"
  retention_in_days = var.log_retention_days
}

resource "aws_cloudwatch_event_target" "task_failed" {
  rule = aws_cloudwatch_event_rule.task_failed.name
  arn  = aws_cloudwatch_log_group.failures.arn
}

resource "aws_cloudwatch_log_resource_policy" "events" {
  policy_name = "${var.name}-events"
  policy_document = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = ["events.amazonaws.com", "delivery.logs.amazonaws.com"] }
      Action    = ["logs:CreateLogStream", "logs:PutLogEvents"]
      Resource  = "${aws_cloudwatch_log_group.failures.arn}:*"
    }]
  })
}

resource "aws_cloudwatch_metric_alarm" "task_failed" {
  alarm_name          = "${var.name}-tasks-fail"
  alarm_description   = "Tasks of bots fail. ${aws_cloudwatch_log_group.failures.name} has each with its reasons."
  namespace           = "AWS/Events"
  metric_name         = "TriggeredRules"
  dimensions          = { RuleName = aws_cloudwatch_event_rule.task_failed.name }
  statistic           = "Sum"
  period              = 3600
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = var.failures_before_alarm
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
}

# Lines of the manager (job-runner/src/logs.ts).
locals {
  logged = {
    errors = {
      pattern     = "{ $.severity = \"ERROR\" }"
      threshold   = var.failures_before_alarm
      description = "Bots do not record as they should: the line says why (docs/failure-modes.md), and so does the instance."
    }
    crashes = {
      pattern     = "{ $.message = \"the manager failed\" }"
      threshold   = 0
      description = "A defect: the line in the log has the stack. The manager is started again beside its bot."
    }
    disks-run-low = {
      pattern     = "{ $.message = \"the scratch disk runs low\" }"
      threshold   = 0
      description = "A recording is larger than scratch_storage_gib allows."
    }
  }
}

resource "aws_cloudwatch_log_metric_filter" "logged" {
  for_each       = local.logged
  name           = "${var.name}-${each.key}"
  log_group_name = aws_cloudwatch_log_group.tasks.name
  pattern        = each.value.pattern
  metric_transformation {
    namespace = var.name
    name      = each.key
    value     = "1"
  }
}

resource "aws_cloudwatch_metric_alarm" "logged" {
  for_each            = local.logged
  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = each.value.description
  namespace           = var.name
  metric_name         = each.key
  statistic           = "Sum"
  period              = 3600
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.threshold
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
}

# Of the fullest task, as Container Insights sees it; the cluster must have it switched on.
resource "aws_cloudwatch_metric_alarm" "memory" {
  alarm_name          = "${var.name}-memory"
  alarm_description   = "A bot uses more than 90 % of its memory: Chrome is about to be killed."
  evaluation_periods  = 3
  comparison_operator = "GreaterThanThreshold"
  threshold           = 90
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]

  metric_query {
    id          = "percent"
    expression  = "100 * used / reserved"
    label       = "memory in use, %"
    return_data = true
  }

  dynamic "metric_query" {
    for_each = { used = "MemoryUtilized", reserved = "MemoryReserved" }
    content {
      id = metric_query.key
      metric {
        namespace   = "ECS/ContainerInsights"
        metric_name = metric_query.value
        dimensions  = { ClusterName = local.cluster_name, TaskDefinitionFamily = var.name }
        stat        = "Maximum"
        period      = 60
      }
    }
  }
}
