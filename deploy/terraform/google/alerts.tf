# Who must act is told. What happens once in a while and mends itself (a lost execution, a refused launch, a host
# who lets nobody in) alerts only when it happens often.

resource "google_monitoring_notification_channel" "email" {
  for_each     = var.alert_emails
  display_name = "Meeting bots: ${each.value}"
  type         = "email"
  labels       = { email_address = each.value }
  depends_on   = [google_project_service.needed]
}

locals {
  manager_logs = "resource.type = \"cloud_run_job\" AND resource.labels.job_name = \"${var.name}\""
  # The functions' log lines: each function is a Cloud Run service.
  functions_logs = "resource.type = \"cloud_run_revision\""

  # Lines of job-runner/src/logs.ts and functions/src/logs.ts, by their messages, that are counted.
  logged = {
    errors = {
      display_name = "managers report errors"
      filter       = "${local.manager_logs} AND severity >= ERROR"
      resource     = "cloud_run_job"
      threshold    = var.failures_before_alert
      advice       = "Bots do not record as they should. The label code says why (docs/failure-modes.md); the instances in `bot_instances` tell it in a sentence."
    }
    crashes = {
      display_name = "managers crash"
      filter       = "${local.manager_logs} AND jsonPayload.message = \"the manager failed\""
      resource     = "cloud_run_job"
      threshold    = 0
      advice       = "A defect: the line in the log has the stack. The manager is started again beside its bot."
    }
    expired-leases = {
      display_name = "bots fall silent"
      filter       = "${local.functions_logs} AND jsonPayload.message = \"bot instance reclaimed\""
      resource     = "cloud_run_revision"
      threshold    = var.failures_before_alert
      advice       = "The sweep takes instances back whose executions died or were never started. Each line has the platform's own reason: memory, maintenance, an image that cannot be loaded."
    }
    refused-launches = {
      display_name = "launches are refused for good"
      filter       = "${local.functions_logs} AND jsonPayload.message = \"launch refused\" AND jsonPayload.retryable = false"
      resource     = "cloud_run_revision"
      threshold    = 0
      advice       = "No bot can be launched: a role, the job or an image is missing. The line says what to do."
    }
    quota = {
      display_name = "there is no quota or capacity for bots"
      filter       = "${local.functions_logs} AND jsonPayload.message = \"launch refused\" AND jsonPayload.retryable = true"
      resource     = "cloud_run_revision"
      threshold    = var.failures_before_alert
      advice       = "Launches are repeated until their meetings are over. Ask for more running executions, CPUs or ephemeral disk in the region."
    }
    broken-sweep = {
      display_name = "the sweep fails"
      filter       = "${local.functions_logs} AND (jsonPayload.message = \"sweep failed for a bot instance\" OR jsonPayload.message = \"reconcile failed\" OR jsonPayload.message = \"backfill failed\")"
      resource     = "cloud_run_revision"
      threshold    = var.failures_before_alert
      advice       = "What is left behind is not taken back while this lasts."
    }
  }
}

resource "google_logging_metric" "logged" {
  for_each = local.logged
  name     = "${var.name}/${each.key}"
  filter   = each.value.filter
  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "INT64"
    labels {
      key         = "code"
      value_type  = "STRING"
      description = "The error code, where the line has one."
    }
  }
  label_extractors = { code = "EXTRACT(jsonPayload.code)" }
  depends_on       = [google_project_service.needed]
}

resource "google_monitoring_alert_policy" "logged" {
  for_each              = local.logged
  display_name          = "${var.name}: ${each.value.display_name}"
  combiner              = "OR"
  notification_channels = [for channel in google_monitoring_notification_channel.email : channel.id]

  conditions {
    display_name = "more than ${each.value.threshold} in an hour"
    condition_threshold {
      filter          = "resource.type = \"${each.value.resource}\" AND metric.type = \"logging.googleapis.com/user/${google_logging_metric.logged[each.key].name}\""
      comparison      = "COMPARISON_GT"
      threshold_value = each.value.threshold
      duration        = "0s"
      aggregations {
        alignment_period     = "3600s"
        per_series_aligner   = "ALIGN_SUM"
        cross_series_reducer = "REDUCE_SUM"
      }
    }
  }

  documentation {
    content = each.value.advice
  }
  alert_strategy {
    auto_close = "86400s"
  }
}

# The net under the lines above: whatever ends an execution, also what leaves no line.
resource "google_monitoring_alert_policy" "failed_executions" {
  display_name          = "${var.name}: executions fail"
  combiner              = "OR"
  notification_channels = [for channel in google_monitoring_notification_channel.email : channel.id]

  conditions {
    display_name = "more than ${var.failures_before_alert} in an hour"
    condition_threshold {
      filter          = "resource.type = \"cloud_run_job\" AND resource.labels.job_name = \"${google_cloud_run_v2_job.bot.name}\" AND metric.type = \"run.googleapis.com/job/completed_execution_count\" AND metric.labels.result = \"failed\""
      comparison      = "COMPARISON_GT"
      threshold_value = var.failures_before_alert
      duration        = "0s"
      aggregations {
        alignment_period     = "3600s"
        per_series_aligner   = "ALIGN_SUM"
        cross_series_reducer = "REDUCE_SUM"
      }
    }
  }

  documentation {
    content = "Executions of the job end with an exit code or are ended. job-runner/src/exit-codes.ts says what the codes mean; the sweep writes the platform's reason down."
  }
  alert_strategy {
    auto_close = "86400s"
  }
}
