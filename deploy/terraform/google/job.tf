module "job_spec" {
  source = "./job-spec"
  values = {
    GCP_PROJECT_ID                           = var.project_id
    GCP_DEFAULT_REGION                       = var.region
    FIRESTORE_DATABASE                       = var.firestore_database
    MANAGER_IMAGE                            = var.manager_image
    MEETING_BOT_IMAGE                        = var.bot_image
    SCRATCH_STORAGE_SIZE                     = var.scratch_storage_size
    NODE_ENV                                 = var.node_environment
    LOG_LEVEL                                = var.log_level
    MAX_RECORDING_DURATION_MINUTES           = var.recording_limits.max_recording_minutes
    MEETING_INACTIVITY_MINUTES               = var.recording_limits.inactivity_minutes
    INACTIVITY_DETECTION_START_DELAY_MINUTES = var.recording_limits.inactivity_delay_minutes
  }
}

locals {
  job = module.job_spec.job
}

resource "google_cloud_run_v2_job" "bot" {
  name                = var.name
  location            = var.region
  launch_stage        = local.job.launch_stage
  deletion_protection = var.deletion_protection

  template {
    parallelism = local.job.parallelism
    task_count  = local.job.task_count

    template {
      service_account       = google_service_account.job.email
      execution_environment = local.job.execution_environment
      max_retries           = local.job.max_retries
      timeout               = local.job.timeout

      dynamic "containers" {
        for_each = local.job.containers
        content {
          name  = containers.value.name
          image = containers.value.image

          resources {
            limits = containers.value.limits
          }

          dynamic "env" {
            for_each = containers.value.env
            content {
              name  = env.value.name
              value = env.value.value
            }
          }

          dynamic "startup_probe" {
            for_each = containers.value.startup_probe == null ? [] : [containers.value.startup_probe]
            content {
              period_seconds    = startup_probe.value.periodSeconds
              timeout_seconds   = startup_probe.value.timeoutSeconds
              failure_threshold = startup_probe.value.failureThreshold
              http_get {
                path = startup_probe.value.httpGet.path
                port = startup_probe.value.httpGet.port
              }
            }
          }

          dynamic "volume_mounts" {
            for_each = containers.value.mounts
            content {
              name       = volume_mounts.value.name
              mount_path = volume_mounts.value.path
            }
          }
        }
      }

      dynamic "volumes" {
        for_each = local.job.volumes
        content {
          name = volumes.value.name
          empty_dir {
            medium     = volumes.value.medium
            size_limit = volumes.value.size
          }
        }
      }
    }
  }

  lifecycle {
    # The pipeline rolls the images (`gcloud run jobs replace`); an apply must not roll them back.
    ignore_changes = [
      client,
      client_version,
      template[0].template[0].containers[0].image,
      template[0].template[0].containers[1].image,
    ]
  }

  depends_on = [google_project_service.needed]
}
