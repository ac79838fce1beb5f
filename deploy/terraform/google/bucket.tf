resource "google_storage_bucket" "recordings" {
  name     = var.bucket_name
  location = coalesce(var.bucket_location, var.region)

  # Nothing in it is ever public: who may listen gets a signed URL.
  public_access_prevention    = "enforced"
  uniform_bucket_level_access = true
  force_destroy               = !var.deletion_protection

  # What was deleted by mistake comes back from here. A retention policy would keep it from being deleted at all,
  # and with it the parts that a manager has to remove.
  soft_delete_policy {
    retention_duration_seconds = var.soft_delete_days * 24 * 60 * 60
  }

  # Parts of recordings whose manager never came to remove them: {gcs_path}/raw/{claim token}/000001.part
  lifecycle_rule {
    action {
      type = "Delete"
    }
    condition {
      age            = var.parts_retention_days
      matches_suffix = [".part"]
    }
  }

  # Resumable uploads leave nothing; what other tools began and never ended does.
  lifecycle_rule {
    action {
      type = "AbortIncompleteMultipartUpload"
    }
    condition {
      age = var.parts_retention_days
    }
  }

  dynamic "lifecycle_rule" {
    for_each = var.recording_retention_days == null ? [] : [var.recording_retention_days]
    content {
      action {
        type = "Delete"
      }
      condition {
        age = lifecycle_rule.value
      }
    }
  }

  depends_on = [google_project_service.needed]
}
