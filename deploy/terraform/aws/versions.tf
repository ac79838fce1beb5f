terraform {
  required_version = ">= 1.9"
  # The state names roles and networks and holds no secret. To share it, add a backend:
  #   backend "s3" {
  #     bucket       = "my-terraform-state"
  #     key          = "meeting-bot"
  #     region       = "ap-southeast-2"
  #     use_lockfile = true
  #   }
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100.0"
    }
  }
}

provider "aws" {
  region = var.region
  default_tags {
    tags = { application = var.name }
  }
}

data "aws_caller_identity" "here" {}

locals {
  account_id = data.aws_caller_identity.here.account_id
}
