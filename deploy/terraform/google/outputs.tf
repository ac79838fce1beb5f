output "functions_env" {
  description = "What functions/.env.<project> needs; add MANAGER_IMAGE and MEETING_BOT_IMAGE: terraform output -raw functions_env."
  value       = <<-END
    GCP_PROJECT_ID=${var.project_id}
    FUNCTIONS_SERVICE_ACCOUNT=${local.functions_email}
    GCP_DEFAULT_REGION=${var.region}
    FIRESTORE_DATABASE=${var.firestore_database}
    MEETINGS_COLLECTION_PATH=meetings
    MEETINGS_QUERY_MODE=collection
    GCS_BUCKET=${google_storage_bucket.recordings.name}
    CLOUD_RUN_JOB=${google_cloud_run_v2_job.bot.name}
    JOB_SERVICE_ACCOUNT=${google_service_account.job.email}
    SCRATCH_STORAGE_SIZE=${var.scratch_storage_size}
    NODE_ENV=${var.node_environment}
    LOG_LEVEL=${var.log_level}
    MAX_RECORDING_DURATION_MINUTES=${var.recording_limits.max_recording_minutes}
    MEETING_INACTIVITY_MINUTES=${var.recording_limits.inactivity_minutes}
    INACTIVITY_DETECTION_START_DELAY_MINUTES=${var.recording_limits.inactivity_delay_minutes}
  END
}

output "functions_service_account" {
  description = "Whom the functions have to run as."
  value       = local.functions_email
}

output "functions_service_account_id" {
  description = "The number of that account, by which AWS knows it (google_functions in ../aws); null where it was not made here."
  value       = one(google_service_account.functions[*].unique_id)
}

output "registry" {
  description = "Where images are pushed to (REGISTRY)."
  value       = "${google_artifact_registry_repository.images.location}-docker.pkg.dev/${var.project_id}/${google_artifact_registry_repository.images.repository_id}"
}

output "github_variables" {
  description = "The variables of the GitHub environments: each name is one of an environment, with what its jobs need."
  value = var.github == null ? {} : {
    for key, pipeline in local.pipelines : pipeline.environment => {
      GCP_PROJECT_ID             = var.project_id
      GCP_REGION                 = var.region
      REGISTRY                   = "${google_artifact_registry_repository.images.location}-docker.pkg.dev/${var.project_id}/${google_artifact_registry_repository.images.repository_id}"
      SERVICE_ACCOUNT            = google_service_account.pipeline[key].email
      WORKLOAD_IDENTITY_PROVIDER = google_iam_workload_identity_pool_provider.github[0].name
    }
  }
}

output "aws_workload_identity_provider" {
  description = "Where ECS tasks exchange their credentials, as their tokens' audience; null for none."
  value       = var.aws_tasks == null ? null : "//iam.googleapis.com/${google_iam_workload_identity_pool_provider.aws[0].name}"
}
