# None is needed: functions, job and pipelines have identities instead. Some endpoints know only secrets, such as a
# storage server that is not Amazon's.
resource "google_secret_manager_secret" "given" {
  for_each  = var.secrets
  secret_id = each.key
  replication {
    auto {}
  }
  depends_on = [google_project_service.needed]
}

locals {
  secret_readers = merge([for name, readers in var.secrets : {
    for reader in readers : "${name}/${reader}" => { secret = name, reader = reader }
  }]...)
}

resource "google_secret_manager_secret_iam_member" "reader" {
  for_each  = local.secret_readers
  secret_id = google_secret_manager_secret.given[each.value.secret].id
  role      = "roles/secretmanager.secretAccessor"
  member    = each.value.reader == "job" ? local.job_account : local.functions
}
