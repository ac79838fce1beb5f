terraform {
  required_version = ">= 1.9"
  # The state names accounts and addresses and holds no secret. To share it, add a backend:
  #   backend "gcs" {
  #     bucket = "my-terraform-state"
  #     prefix = "meeting-bot"
  #   }
  required_providers {
    google = {
      source = "hashicorp/google"
      # Disks for Cloud Run jobs (medium = "DISK") came in the spring of 2026.
      version = ">= 7.34.0, < 8.0.0"
    }
  }
}

provider "google" {
  project = var.project_id
  region  = var.region
}
