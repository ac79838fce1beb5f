# The queue of the timers is the one that `firebase deploy` makes for the function launchDue: it must be called the
# same. It is made here first, so that the right to fill it is on this queue alone. Its rates are the functions'
# (functions/src/timers/launch-queue.ts): each deployment sets them.
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
