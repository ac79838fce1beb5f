# The queues are those that `firebase deploy` makes for the functions launchDue and deliverWebhook: they must be
# called the same. They are made here first, so that the right to fill them is on these queues alone. Their rates are
# the functions' (functions/src/timers/): each deployment sets them.
#
# A queue's name cannot be used again for seven days after it was deleted. Where the functions have been deployed
# before: terraform import google_cloud_tasks_queue.launches projects/PROJECT/locations/REGION/queues/launchDue
resource "google_cloud_tasks_queue" "launches" {
  name     = "launchDue"
  location = var.region

  lifecycle {
    ignore_changes = [rate_limits, retry_config]
  }

  depends_on = [google_project_service.needed]
}

resource "google_cloud_tasks_queue" "deliveries" {
  name     = "deliverWebhook"
  location = var.region

  lifecycle {
    ignore_changes = [rate_limits, retry_config]
  }

  depends_on = [google_project_service.needed]
}
