variable "region" {
  description = "The region of everything here."
  type        = string
}

variable "name" {
  description = "What everything here is called or begins with; the family of the task definition is called just that."
  type        = string
  default     = "meeting-bot"
  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,30}[a-z0-9]$", var.name))
    error_message = "The name must have 3 to 32 lower-case letters, digits and hyphens."
  }
}

# Network

variable "network" {
  description = "A VPC to use, and private subnets of it that reach the internet through a NAT gateway; null to make both."
  type = object({
    vpc_id     = string
    subnet_ids = list(string)
  })
  default = null
  validation {
    condition     = var.network == null ? true : startswith(var.network.vpc_id, "vpc-") && length(var.network.subnet_ids) > 0
    error_message = "A VPC needs at least one subnet."
  }
}

variable "vpc_cidr" {
  description = "The addresses of a VPC that is made here. Each bot takes one."
  type        = string
  default     = "10.64.0.0/20"
  validation {
    condition     = can(cidrhost(var.vpc_cidr, 0)) && try(tonumber(split("/", var.vpc_cidr)[1]) <= 22, false)
    error_message = "The addresses must be a range such as 10.64.0.0/20, of at least 1,024."
  }
}

variable "callers" {
  description = "Security groups that may call the bot's port 3000, which asks nobody who he is: for a bot that others drive. Ours is driven by the manager beside it, and needs none."
  type        = set(string)
  default     = []
  validation {
    condition     = alltrue([for group in var.callers : startswith(group, "sg-")])
    error_message = "Callers are told by the ids of their security groups (sg-…), never by addresses."
  }
}

# Recordings

variable "bucket_name" {
  description = "The bucket that is made for the recordings; its name must be free in all of AWS."
  type        = string
  validation {
    # Without dots: they break TLS of virtual-hosted addresses.
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.bucket_name))
    error_message = "A bucket's name has 3 to 63 lower-case letters, digits and hyphens."
  }
}

variable "parts_retention_days" {
  description = "After how many days the bucket removes parts that no manager came to remove. An attempt is repeated for a day at most."
  type        = number
  default     = 7
  validation {
    condition     = var.parts_retention_days >= 2 && floor(var.parts_retention_days) == var.parts_retention_days
    error_message = "Parts must be kept for at least 2 whole days: the next attempt makes the recording of them."
  }
}

variable "recording_retention_days" {
  description = "After how many days the bucket removes recordings; null to keep them."
  type        = number
  default     = null
  validation {
    condition     = var.recording_retention_days == null ? true : var.recording_retention_days >= 1
    error_message = "Recordings are kept for at least a day."
  }
}

variable "deletion_protection" {
  description = "Whether Terraform refuses to delete a bucket and repositories that are not empty."
  type        = bool
  default     = true
}

# The task

variable "cluster_name" {
  description = "A cluster to run bots in, beside whatever it runs; null to make one."
  type        = string
  default     = null
}

variable "image_tags" {
  description = "The tags of the images that a new revision of the task definition gets. deploy/ecs/deploy-bot.sh registers revisions with newer ones: name those before anything of the task is changed here."
  type = object({
    manager = string
    bot     = string
  })
  validation {
    condition     = !contains(values(var.image_tags), "latest")
    error_message = "A tag must tell what runs: the repositories refuse to move one."
  }
}

variable "scratch_storage_gib" {
  description = "The disk for one recording, with both images on it. An hour at the bot's cap of 15 Mb/s is 6.75 GB, and its outputs are as much again."
  type        = number
  default     = 50
  validation {
    condition     = var.scratch_storage_gib >= 21 && var.scratch_storage_gib <= 200
    error_message = "Fargate allows 21 to 200 GiB."
  }
}

variable "log_retention_days" {
  description = "How long logs are kept; one of the numbers that CloudWatch allows."
  type        = number
  default     = 30
}

# Google

variable "google_project" {
  description = "The Google Cloud project of the meetings (GCP_PROJECT_ID), and its region and database as the functions name them."
  type = object({
    id       = string
    region   = optional(string, "us-central1")
    database = optional(string, "(default)")
  })
}

variable "google_workload_identity_audience" {
  description = "Where a task exchanges its role's credentials for a token of Google's (aws_workload_identity_provider of ../google)."
  type        = string
  validation {
    condition     = can(regex("^//iam\\.googleapis\\.com/projects/[0-9]+/locations/global/workloadIdentityPools/[a-z0-9-]+/providers/[a-z0-9-]+$", var.google_workload_identity_audience))
    error_message = "The provider must be told like //iam.googleapis.com/projects/123/locations/global/workloadIdentityPools/meeting-bot-aws/providers/tasks."
  }
}

variable "google_functions" {
  description = "The number of the Google service account that the functions run as (functions_service_account_id of ../google), and the audience that they ask for in their tokens."
  type = object({
    account_id = string
    audience   = optional(string, "sts.amazonaws.com")
  })
  validation {
    condition     = can(regex("^[0-9]{21}$", var.google_functions.account_id))
    error_message = "A service account's number has 21 digits; gcloud iam service-accounts describe prints it as uniqueId."
  }
}

# Alarms

variable "alarm_emails" {
  description = "Who is told by e-mail that bots fail. Each must confirm once."
  type        = set(string)
  default     = []
}

variable "failures_before_alarm" {
  description = "How many tasks, or attempts, must fail within an hour before somebody is told. One alone may be a host who let nobody in."
  type        = number
  default     = 3
}
