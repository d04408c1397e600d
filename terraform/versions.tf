terraform {
  # 1.11: the S3 backend's own lock file, and `terraform test` as tests/ use it.
  required_version = ">= 1.11, < 2.0"

  required_providers {
    aws = {
      source = "hashicorp/aws"
      # 5.100 is the last of 5.x; nothing here uses what 6.0 removed.
      version = "~> 5.100"
    }
  }

  # Bucket, key and region come from `-backend-config` (see bootstrap/).
  backend "s3" {
    encrypt      = true
    use_lockfile = true
  }
}

# Region and credentials come from the environment, as for every AWS tool.
provider "aws" {
  default_tags {
    tags = merge({ Application = var.name, ManagedBy = "terraform" }, var.tags)
  }
}

data "aws_caller_identity" "current" {}
data "aws_region" "current" {}
data "aws_partition" "current" {}

data "aws_availability_zones" "available" {
  state = "available"
  # Local and Wavelength Zones have no Fargate.
  filter {
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }
}
