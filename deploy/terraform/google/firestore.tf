# Rules, indexes and the time to live of the history are deployed with the functions (`firebase deploy`): they must
# be merged with what the project has, which Terraform would replace.
resource "google_firestore_database" "meetings" {
  count                   = var.new_firestore_location == null ? 0 : 1
  name                    = var.firestore_database
  location_id             = var.new_firestore_location
  type                    = "FIRESTORE_NATIVE"
  delete_protection_state = var.deletion_protection ? "DELETE_PROTECTION_ENABLED" : "DELETE_PROTECTION_DISABLED"
  depends_on              = [google_project_service.needed]
}
