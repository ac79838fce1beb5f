variable "project_id" {
  description = "The Google Cloud project of the meetings, the functions and the job (GCP_PROJECT_ID)."
  type        = string
  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project_id))
    error_message = "A project's id has 6 to 30 lower-case letters, digits and hyphens."
  }
}

variable "region" {
  description = "The region of the functions, the job, the images and, unless told otherwise, the bucket (GCP_DEFAULT_REGION)."
  type        = string
  default     = "us-central1"
}

variable "name" {
  description = "What everything here is called or begins with; the Cloud Run job is called just that (CLOUD_RUN_JOB)."
  type        = string
  default     = "meeting-bot"
  validation {
    # "-functions" makes it a service account's name, which has 30 characters at most.
    condition     = can(regex("^[a-z][a-z0-9-]{1,18}[a-z0-9]$", var.name))
    error_message = "The name must have 3 to 20 lower-case letters, digits and hyphens."
  }
}

variable "deletion_protection" {
  description = "Whether Terraform refuses to delete the job, the database and a bucket that is not empty."
  type        = bool
  default     = true
}

# Firestore

variable "firestore_database" {
  description = "The Firestore database of the meetings (FIRESTORE_DATABASE)."
  type        = string
  default     = "(default)"
}

variable "new_firestore_location" {
  description = "Where to create that database, for ever; null for one that exists."
  type        = string
  default     = null
}

# Recordings

variable "bucket_name" {
  description = "The bucket that is made for the recordings (GCS_BUCKET); its name must be free in all of Google Cloud."
  type        = string
  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9_-]{1,61}[a-z0-9]$", var.bucket_name))
    error_message = "A bucket's name has 3 to 63 lower-case letters, digits, hyphens and underscores."
  }
}

variable "bucket_location" {
  description = "Where the recordings are kept; null for the region of the job, which makes uploads free."
  type        = string
  default     = null
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

variable "soft_delete_days" {
  description = "How long what was deleted can be restored, and is paid for: 0, or 7 to 90."
  type        = number
  default     = 7
  validation {
    condition     = var.soft_delete_days == 0 || (var.soft_delete_days >= 7 && var.soft_delete_days <= 90)
    error_message = "Cloud Storage allows 0 or 7 to 90 days."
  }
}

# The job. Its settings are those of docs/configuration.md under "The Job".

variable "manager_image" {
  description = "The manager's image when the job is created (MANAGER_IMAGE). Cloud Run takes only one that exists, and in an empty project none does yet. Later ones come from the pipeline, and are left as they are."
  type        = string
  default     = "us-docker.pkg.dev/cloudrun/container/job"
}

variable "bot_image" {
  description = "The bot's image when the job is created (MEETING_BOT_IMAGE); see manager_image."
  type        = string
  default     = "us-docker.pkg.dev/cloudrun/container/job"
}

variable "scratch_storage_size" {
  description = "The disk for one recording (SCRATCH_STORAGE_SIZE). Above 10Gi the region's quota must allow it."
  type        = string
  default     = "50Gi"
  validation {
    condition     = can(regex("^[1-9][0-9]*[MGT]i$", var.scratch_storage_size))
    error_message = "The size must be one such as 50Gi."
  }
}

variable "node_environment" {
  description = "The Node environment of the bot (NODE_ENV)."
  type        = string
  default     = "development"
}

variable "log_level" {
  description = "The least severe messages that the manager logs (LOG_LEVEL)."
  type        = string
  default     = "INFO"
  validation {
    condition     = contains(["DEBUG", "INFO", "WARNING", "ERROR"], var.log_level)
    error_message = "The level must be DEBUG, INFO, WARNING or ERROR."
  }
}

variable "recording_limits" {
  description = "The bot's limits where no launch tells it others: MAX_RECORDING_DURATION_MINUTES, MEETING_INACTIVITY_MINUTES, INACTIVITY_DETECTION_START_DELAY_MINUTES."
  type = object({
    max_recording_minutes    = optional(number, 600)
    inactivity_minutes       = optional(number, 15)
    inactivity_delay_minutes = optional(number, 5)
  })
  default = {}
}

# Who

variable "functions_service_account" {
  description = "The address of the account that the functions run as, where that is not the one made here: functions that are deployed without naming an account run as PROJECT_NUMBER-compute@developer.gserviceaccount.com."
  type        = string
  default     = null
}

variable "secrets" {
  description = "Secrets to make, by name, and who may read them: functions, job or both. Their values are added by `gcloud secrets versions add`, never here."
  type        = map(set(string))
  default     = {}
  validation {
    condition     = alltrue([for readers in values(var.secrets) : length(setsubtract(readers, ["functions", "job"])) == 0])
    error_message = "A secret's readers are functions and job."
  }
}

variable "github" {
  description = "The GitHub repository whose workflows push images and deploy, by its number (gh api repos/OWNER/NAME --jq .id; unlike its name, nobody else can get it), and the GitHub environment that stands for this project; null for none."
  type = object({
    repository_id = string
    environment   = string
  })
  default = null
  validation {
    condition     = var.github == null ? true : can(regex("^[0-9]+$", var.github.repository_id)) && can(regex("^[a-z][a-z0-9-]*$", var.github.environment))
    error_message = "The repository is told by its number, the environment by lower-case letters, digits and hyphens."
  }
}

variable "aws_tasks" {
  description = "The AWS account and the IAM role of the ECS tasks that may work on this project's meetings (../aws calls it \"<name>-task\"); null for none."
  type = object({
    account_id = string
    role_name  = string
  })
  default = null
  validation {
    condition     = var.aws_tasks == null ? true : can(regex("^[0-9]{12}$", var.aws_tasks.account_id))
    error_message = "An AWS account's id has 12 digits."
  }
}

# Alerts

variable "alert_emails" {
  description = "Who is told by e-mail that bots fail."
  type        = set(string)
  default     = []
}

variable "failures_before_alert" {
  description = "How many attempts, or executions, must fail within an hour before somebody is told. One alone may be a host who let nobody in."
  type        = number
  default     = 3
}
