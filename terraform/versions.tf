terraform {
  # 1.11: S3-native state locking, and the `terraform test` features that tests/ uses.
  required_version = ">= 1.11, < 2.0"

  required_providers {
    aws = {
      source = "hashicorp/aws"
      # 5.100 is the last 5.x release; nothing here uses features removed in 6.0.
      version = "~> 5.100"
    }
  }

  # `-backend-config` sets bucket, key and region (see bootstrap/).
  backend "s3" {
    encrypt      = true
    use_lockfile = true
  }
}

# Region and credentials come from the environment.
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
  # Excludes Local and Wavelength Zones, which do not support Fargate.
  filter {
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }
}
