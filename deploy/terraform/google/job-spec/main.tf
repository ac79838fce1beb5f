# What deploy/cloud-run/job.yaml says, with its placeholders filled in. It is the one description of the job; this
# module needs no provider, so that it can be compared with `npm run render:job` anywhere.
terraform {
  required_version = ">= 1.9"
}

variable "values" {
  description = "What the placeholders of job.yaml stand for, by their names."
  type        = map(string)
}

locals {
  job       = yamldecode(file("${path.module}/../../../cloud-run/job.yaml"))
  execution = local.job.spec.template
  task      = local.execution.spec.template.spec

  # A placeholder is always a whole scalar.
  known = { for name, value in var.values : "$${${name}}" => value }

  containers = [for container in local.task.containers : {
    name          = container.name
    image         = lookup(local.known, container.image, container.image)
    limits        = container.resources.limits
    env           = [for env in container.env : { name = env.name, value = lookup(local.known, env.value, env.value) }]
    startup_probe = try(container.startupProbe, null)
    mounts        = [for mount in container.volumeMounts : { name = mount.name, path = mount.mountPath }]
  }]

  volumes = [for volume in local.task.volumes : {
    name   = volume.name
    medium = upper(volume.emptyDir.medium)
    size   = lookup(local.known, volume.emptyDir.sizeLimit, volume.emptyDir.sizeLimit)
  }]
}

output "job" {
  description = "The job, as google_cloud_run_v2_job takes it."
  value = {
    launch_stage          = local.job.metadata.annotations["run.googleapis.com/launch-stage"]
    execution_environment = "EXECUTION_ENVIRONMENT_${upper(local.execution.metadata.annotations["run.googleapis.com/execution-environment"])}"
    parallelism           = local.execution.spec.parallelism
    task_count            = local.execution.spec.taskCount
    max_retries           = local.task.maxRetries
    timeout               = "${local.task.timeoutSeconds}s"
    containers            = local.containers
    volumes               = local.volumes
  }
  precondition {
    condition     = !strcontains(jsonencode([local.containers, local.volumes]), "$${")
    error_message = "job.yaml has a placeholder that is not among the values."
  }
}
