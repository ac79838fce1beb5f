# Nobody here has a key: functions and job get their tokens from the platform, pipelines and ECS tasks by
# federation (federation.tf).

resource "google_service_account" "job" {
  account_id   = "${var.name}-job"
  display_name = "Meeting bots: the job that records (JOB_SERVICE_ACCOUNT)"
}

resource "google_service_account" "functions" {
  count        = var.functions_service_account == null ? 1 : 0
  account_id   = "${var.name}-functions"
  display_name = "Meeting bots: the functions that launch"
}

locals {
  functions_email = coalesce(var.functions_service_account, one(google_service_account.functions[*].email))
  functions       = "serviceAccount:${local.functions_email}"
  job_account     = "serviceAccount:${google_service_account.job.email}"
  functions_name  = "projects/${var.project_id}/serviceAccounts/${local.functions_email}"

  # Both read and write meetings and bot instances. A role on a project can be narrowed to a database, not to a
  # collection.
  database_resource = "projects/${var.project_id}/databases/${var.firestore_database}"
}

# The job. What its containers print reaches Cloud Logging without a role.

resource "google_project_iam_member" "job_firestore" {
  project = var.project_id
  role    = "roles/datastore.user"
  member  = local.job_account
  condition {
    title      = "only the meetings' database"
    expression = "resource.name == \"${local.database_resource}\""
  }
}

resource "google_storage_bucket_iam_member" "job_recordings" {
  bucket = google_storage_bucket.recordings.name
  # Create, get, list and delete: parts are removed once the outputs are stored.
  role   = "roles/storage.objectUser"
  member = local.job_account
}

# The functions.

resource "google_project_iam_member" "functions_firestore" {
  project = var.project_id
  role    = "roles/datastore.user"
  member  = local.functions
  condition {
    title      = "only the meetings' database"
    expression = "resource.name == \"${local.database_resource}\""
  }
}

# run.jobs.runWithOverrides is in this role and not in roles/run.invoker.
resource "google_cloud_run_v2_job_iam_member" "functions_launch" {
  name     = google_cloud_run_v2_job.bot.name
  location = google_cloud_run_v2_job.bot.location
  role     = "roles/run.jobsExecutorWithOverrides"
  member   = local.functions
}

# The sweep asks what has become of an execution, ends a silent one, and looks for strays.
resource "google_project_iam_custom_role" "execution_keeper" {
  role_id     = "${replace(title(replace(var.name, "-", " ")), " ", "")}ExecutionKeeper"
  title       = "${var.name}: looks after executions"
  permissions = ["run.executions.get", "run.executions.list", "run.executions.cancel"]
}

resource "google_cloud_run_v2_job_iam_member" "functions_look_after" {
  name     = google_cloud_run_v2_job.bot.name
  location = google_cloud_run_v2_job.bot.location
  role     = google_project_iam_custom_role.execution_keeper.id
  member   = local.functions
}

# Timers: a function puts a task into a queue, and the task calls a function in the same account's name.
resource "google_cloud_tasks_queue_iam_member" "functions_enqueue" {
  for_each = { launches = google_cloud_tasks_queue.launches, deliveries = google_cloud_tasks_queue.deliveries }
  name     = each.value.name
  location = each.value.location
  role     = "roles/cloudtasks.enqueuer"
  member   = local.functions
}

resource "google_service_account_iam_member" "functions_act_as_themselves" {
  service_account_id = local.functions_name
  role               = "roles/iam.serviceAccountUser"
  member             = local.functions
  depends_on         = [google_service_account.functions]
}

# Firestore's events reach the functions through Eventarc, in the functions' own name, and tasks call them. Both on
# the project: the services that they call are not there before the first deployment.
resource "google_project_iam_member" "functions_receive" {
  for_each = toset(["roles/eventarc.eventReceiver", "roles/run.invoker"])
  project  = var.project_id
  role     = each.value
  member   = local.functions
}

# The HTTP API gives out signed URLs, in the functions' own name, and erases recordings.
resource "google_project_iam_custom_role" "recording_keeper" {
  role_id     = "${replace(title(replace(var.name, "-", " ")), " ", "")}RecordingKeeper"
  title       = "${var.name}: reads and erases recordings"
  permissions = ["storage.objects.get", "storage.objects.list", "storage.objects.delete"]
}

resource "google_storage_bucket_iam_member" "functions_recordings" {
  bucket = google_storage_bucket.recordings.name
  role   = google_project_iam_custom_role.recording_keeper.id
  member = local.functions
}

resource "google_project_iam_custom_role" "signer" {
  role_id     = "${replace(title(replace(var.name, "-", " ")), " ", "")}Signer"
  title       = "${var.name}: signs URLs"
  permissions = ["iam.serviceAccounts.signBlob"]
}

resource "google_service_account_iam_member" "functions_sign" {
  service_account_id = local.functions_name
  role               = google_project_iam_custom_role.signer.id
  member             = local.functions
  depends_on         = [google_service_account.functions]
}
