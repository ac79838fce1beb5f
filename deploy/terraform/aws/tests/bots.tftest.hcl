# What the module makes of its variables, with a provider that makes nothing: terraform test.

mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_data "aws_availability_zones" {
    defaults = { names = ["xx-test-1a", "xx-test-1b", "xx-test-1c"] }
  }
  mock_data "aws_ecs_cluster" {
    defaults = { arn = "arn:aws:ecs:xx-test-1:123456789012:cluster/given" }
  }
  mock_resource "aws_ecs_cluster" {
    defaults = { arn = "arn:aws:ecs:xx-test-1:123456789012:cluster/meeting-bot" }
  }
  mock_resource "aws_ecs_task_definition" {
    defaults = { arn_without_revision = "arn:aws:ecs:xx-test-1:123456789012:task-definition/meeting-bot" }
  }
  mock_resource "aws_ecr_repository" {
    defaults = {
      arn            = "arn:aws:ecr:xx-test-1:123456789012:repository/images"
      repository_url = "registry.example/images"
    }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/role" }
  }
  mock_resource "aws_s3_bucket" {
    defaults = { arn = "arn:aws:s3:::recordings" }
  }
  mock_resource "aws_sns_topic" {
    defaults = { arn = "arn:aws:sns:xx-test-1:123456789012:alarms" }
  }
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:xx-test-1:123456789012:log-group:bots" }
  }
}

variables {
  region                            = "xx-test-1"
  bucket_name                       = "recordings"
  image_tags                        = { manager = "m1", bot = "b1" }
  google_project                    = { id = "my-project", database = "meetings" }
  google_workload_identity_audience = "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/a/providers/b"
  google_functions                  = { account_id = "123456789012345678901" }
}

# A closed network, the task as deploy/ecs describes it, trust in nobody else, and a bucket of its own.
run "with_what_must_be_given" {
  assert {
    condition     = length(aws_vpc_security_group_ingress_rule.caller) == 0
    error_message = "Something may connect to a bot."
  }
  assert {
    condition     = length(aws_default_security_group.closed[0].ingress) == 0 && length(aws_default_security_group.closed[0].egress) == 0
    error_message = "The VPC's default security group is open."
  }
  assert {
    condition     = length(aws_subnet.private) == 2 && alltrue([for subnet in concat(aws_subnet.private, aws_subnet.public) : !coalesce(subnet.map_public_ip_on_launch, false)])
    error_message = "Tasks must get no public address, in two zones."
  }
  assert {
    condition     = one(aws_route_table.private[0].route).nat_gateway_id == aws_nat_gateway.out[0].id
    error_message = "The way out of the private subnets must be the NAT gateway."
  }
  assert {
    condition     = toset([for subnet in aws_subnet.private : subnet.cidr_block]) == toset(["10.64.4.0/22", "10.64.8.0/22"]) && aws_subnet.public[0].cidr_block == "10.64.0.0/24"
    error_message = "The subnets are not where they should be."
  }
  assert {
    condition = [for container in jsondecode(aws_ecs_task_definition.bot.container_definitions) : container.name] == [
      for container in jsondecode(file("../../ecs/task-definition.json")).containerDefinitions : container.name
    ]
    error_message = "The containers are others."
  }
  assert {
    condition = alltrue([
      for index, container in jsondecode(file("../../ecs/task-definition.json")).containerDefinitions : alltrue([
        for key, value in container : jsonencode(jsondecode(aws_ecs_task_definition.bot.container_definitions)[index][key]) == jsonencode(value)
        if !contains(["image", "environment", "logConfiguration"], key)
      ])
    ])
    error_message = "A container differs in more than its image, environment and log."
  }
  assert {
    condition = [for container in jsondecode(aws_ecs_task_definition.bot.container_definitions) : container.environment[*].name] == [
      for container in jsondecode(file("../../ecs/task-definition.json")).containerDefinitions : container.environment[*].name
    ]
    error_message = "The variables are others."
  }
  assert {
    condition     = !strcontains(aws_ecs_task_definition.bot.container_definitions, "$${")
    error_message = "A placeholder is left."
  }
  assert {
    condition     = [for container in jsondecode(aws_ecs_task_definition.bot.container_definitions) : container.image] == ["registry.example/images:m1", "registry.example/images:b1"]
    error_message = "The images must be ours, at the tags that were given."
  }
  assert {
    condition     = contains(jsondecode(aws_ecs_task_definition.bot.container_definitions)[0].environment, { name = "FIRESTORE_DATABASE", value = "meetings" })
    error_message = "The manager is not told its database."
  }
  assert {
    condition     = alltrue([for container in jsondecode(aws_ecs_task_definition.bot.container_definitions) : container.logConfiguration.options.awslogs-group == aws_cloudwatch_log_group.tasks.name])
    error_message = "Logs must go to the group that has a retention."
  }
  assert {
    condition = jsonencode([
      aws_ecs_task_definition.bot.cpu,
      aws_ecs_task_definition.bot.memory,
      aws_ecs_task_definition.bot.ephemeral_storage[0].size_in_gib,
      aws_ecs_task_definition.bot.volume[*].name,
      aws_ecs_task_definition.bot.network_mode,
      aws_ecs_task_definition.bot.requires_compatibilities,
      ]) == jsonencode([
      jsondecode(file("../../ecs/task-definition.json")).cpu,
      jsondecode(file("../../ecs/task-definition.json")).memory,
      jsondecode(file("../../ecs/task-definition.json")).ephemeralStorage.sizeInGiB,
      jsondecode(file("../../ecs/task-definition.json")).volumes[*].name,
      jsondecode(file("../../ecs/task-definition.json")).networkMode,
      jsondecode(file("../../ecs/task-definition.json")).requiresCompatibilities,
    ])
    error_message = "The task has another size or network."
  }
  assert {
    condition = jsondecode(aws_iam_role.launcher.assume_role_policy).Statement[0].Condition == {
      StringEquals = {
        "accounts.google.com:aud"  = "123456789012345678901"
        "accounts.google.com:sub"  = "123456789012345678901"
        "accounts.google.com:oaud" = "sts.amazonaws.com"
      }
    }
    error_message = "Another token of Google's could take the launcher's role."
  }
  assert {
    condition     = alltrue([for role in [aws_iam_role.task, aws_iam_role.execution] : jsondecode(role.assume_role_policy).Statement[0].Condition.StringEquals["aws:SourceAccount"] == "123456789012"])
    error_message = "Another account's tasks could take a role."
  }
  assert {
    condition     = alltrue([for statement in jsondecode(aws_iam_role_policy.task.policy).Statement : startswith(statement.Resource, "arn:aws:s3:::recordings")])
    error_message = "A task may touch more than its bucket."
  }
  assert {
    condition     = alltrue([for statement in jsondecode(aws_iam_role_policy.launcher.policy).Statement : can(statement.Condition)])
    error_message = "Each right of the launcher must be bound to the cluster, the launch or the service."
  }
  assert {
    condition = alltrue([
      aws_s3_bucket_public_access_block.recordings.block_public_acls,
      aws_s3_bucket_public_access_block.recordings.block_public_policy,
      aws_s3_bucket_public_access_block.recordings.ignore_public_acls,
      aws_s3_bucket_public_access_block.recordings.restrict_public_buckets,
    ])
    error_message = "Something in the bucket could become public."
  }
  assert {
    condition     = [for rule in aws_s3_bucket_lifecycle_configuration.recordings.rule : rule.id] == ["unfinished-uploads", "parts-left-behind"]
    error_message = "Recordings must be kept unless a retention is given."
  }
}

# In a cluster and a network that are there, with a caller and a retention.
run "with_what_may_be_given" {
  variables {
    cluster_name             = "given"
    network                  = { vpc_id = "vpc-0123456789abcdef0", subnet_ids = ["subnet-0123456789abcdef0"] }
    callers                  = ["sg-0123456789abcdef0"]
    recording_retention_days = 365
  }
  assert {
    condition     = length(aws_vpc.bots) + length(aws_subnet.private) + length(aws_nat_gateway.out) + length(aws_ecs_cluster.bots) == 0
    error_message = "Something was made beside what was given."
  }
  assert {
    condition     = strcontains(output.functions_env, "ECS_SUBNETS=subnet-0123456789abcdef0\n") && strcontains(output.functions_env, "ECS_CLUSTER=given\n")
    error_message = "The functions are told otherwise."
  }
  assert {
    condition = alltrue([
      for rule in aws_vpc_security_group_ingress_rule.caller :
      rule.from_port == 3000 && rule.to_port == 3000 && rule.cidr_ipv4 == null && rule.referenced_security_group_id == "sg-0123456789abcdef0"
    ]) && length(aws_vpc_security_group_ingress_rule.caller) == 1
    error_message = "Exactly port 3000, for exactly that group."
  }
  assert {
    condition     = [for rule in aws_s3_bucket_lifecycle_configuration.recordings.rule : rule.expiration[0].days if rule.id == "old-recordings"] == [365]
    error_message = "The retention is not applied."
  }
}

run "refuses_what_cannot_work" {
  command = plan
  variables {
    image_tags                        = { manager = "latest", bot = "b1" }
    callers                           = ["10.0.0.0/8"]
    scratch_storage_gib               = 10
    parts_retention_days              = 1
    vpc_cidr                          = "10.0.0.0/28"
    google_functions                  = { account_id = "bot@my-project.iam.gserviceaccount.com" }
    google_workload_identity_audience = "https://iam.googleapis.com/projects/my-project"
  }
  expect_failures = [
    var.image_tags,
    var.callers,
    var.scratch_storage_gib,
    var.parts_retention_days,
    var.vpc_cidr,
    var.google_functions,
    var.google_workload_identity_audience,
  ]
}
