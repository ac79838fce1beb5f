# Whoever works on this project from elsewhere proves who it is with a token of its own platform; there are no keys.

# GitHub's workflows. Each job of a workflow names a GitHub environment, and an environment's protection rules say
# which branches and tags may use it and who must approve: a token without one is refused by the mapping.

resource "google_iam_workload_identity_pool" "github" {
  count                     = var.github == null ? 0 : 1
  workload_identity_pool_id = "${var.name}-github"
  display_name              = "GitHub workflows"
  depends_on                = [google_project_service.needed]
}

resource "google_iam_workload_identity_pool_provider" "github" {
  count                              = var.github == null ? 0 : 1
  workload_identity_pool_id          = google_iam_workload_identity_pool.github[0].workload_identity_pool_id
  workload_identity_pool_provider_id = "workflows"
  attribute_mapping = {
    "google.subject"        = "assertion.sub"
    "attribute.environment" = "assertion.environment"
  }
  # The names of repositories and of their owners can be given up and taken by others; numbers cannot.
  attribute_condition = "assertion.repository_id == \"${var.github.repository_id}\""
  oidc {
    issuer_uri = "https://token.actions.githubusercontent.com"
  }
}

locals {
  # Who pushes needs no approval, and may do nothing else.
  pipelines = var.github == null ? {} : {
    images   = { environment = "${var.github.environment}-images", display_name = "Meeting bots: pushes images" }
    deployer = { environment = var.github.environment, display_name = "Meeting bots: deploys" }
  }
}

resource "google_service_account" "pipeline" {
  for_each     = local.pipelines
  account_id   = "${var.name}-${each.key}"
  display_name = each.value.display_name
}

resource "google_service_account_iam_member" "pipeline" {
  for_each           = local.pipelines
  service_account_id = google_service_account.pipeline[each.key].name
  role               = "roles/iam.workloadIdentityUser"
  member             = "principalSet://iam.googleapis.com/${google_iam_workload_identity_pool.github[0].name}/attribute.environment/${each.value.environment}"
}

resource "google_artifact_registry_repository_iam_member" "images_push" {
  count      = var.github == null ? 0 : 1
  repository = google_artifact_registry_repository.images.name
  location   = google_artifact_registry_repository.images.location
  role       = "roles/artifactregistry.writer"
  member     = google_service_account.pipeline["images"].member
}

# What `firebase deploy --only functions:meeting-bot,firestore:indexes` and `gcloud run jobs replace` call. None of
# these can be granted on less than the project for what is not there yet. The first deployment is an owner's all the
# same: with it the CLI grants roles to Google's service agents.
resource "google_project_iam_member" "deployer" {
  for_each = var.github == null ? [] : toset([
    "roles/cloudfunctions.admin",
    # The job, and who may call the functions' services.
    "roles/run.admin",
    # The sweep's schedule and the timers' queue.
    "roles/cloudscheduler.admin",
    "roles/cloudtasks.queueAdmin",
    "roles/datastore.indexAdmin",
    "roles/firebase.viewer",
    "roles/serviceusage.serviceUsageConsumer",
  ])
  project = var.project_id
  role    = each.value
  member  = google_service_account.pipeline["deployer"].member
}

# Whoever deploys what runs as an account must be allowed to act as that account.
resource "google_service_account_iam_member" "deployer_acts_as" {
  for_each = var.github == null ? {} : {
    functions = local.functions_name
    job       = google_service_account.job.name
  }
  service_account_id = each.value
  role               = "roles/iam.serviceAccountUser"
  member             = google_service_account.pipeline["deployer"].member
  depends_on         = [google_service_account.functions]
}

# ECS tasks: their role's credentials are exchanged for a token of Google's, which stands for the role itself.

resource "google_iam_workload_identity_pool" "aws" {
  count                     = var.aws_tasks == null ? 0 : 1
  workload_identity_pool_id = "${var.name}-aws"
  display_name              = "ECS tasks"
  depends_on                = [google_project_service.needed]
}

locals {
  task_role_arn = var.aws_tasks == null ? null : "arn:aws:sts::${var.aws_tasks.account_id}:assumed-role/${var.aws_tasks.role_name}"
}

resource "google_iam_workload_identity_pool_provider" "aws" {
  count                              = var.aws_tasks == null ? 0 : 1
  workload_identity_pool_id          = google_iam_workload_identity_pool.aws[0].workload_identity_pool_id
  workload_identity_pool_provider_id = "tasks"
  # Google's own mapping makes attribute.aws_role of the ARN, which ends with the task's id.
  attribute_condition = "attribute.aws_role == \"${local.task_role_arn}\""
  aws {
    account_id = var.aws_tasks.account_id
  }
}

# Their recordings are in S3.
resource "google_project_iam_member" "aws_tasks_firestore" {
  count   = var.aws_tasks == null ? 0 : 1
  project = var.project_id
  role    = "roles/datastore.user"
  member  = "principalSet://iam.googleapis.com/${google_iam_workload_identity_pool.aws[0].name}/attribute.aws_role/${local.task_role_arn}"
  condition {
    title      = "only the meetings' database"
    expression = "resource.name == \"${local.database_resource}\""
  }
}
