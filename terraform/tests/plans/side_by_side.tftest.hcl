# Deployments that share an account: tests/terraform/side-by-side.test.ts compares their names and events.
mock_provider "aws" {
  source = "./tests/mocks"
}

mock_provider "aws" {
  alias  = "elsewhere"
  source = "./tests/mocks"

  mock_data "aws_region" {
    defaults = { name = "us-east-1" }
  }
}

variables {
  name    = "media-pipeline"
  api_jwt = { issuer = "https://login.example.com", audience = ["media"] }
  console = { client_id = "media" }
}

run "one" {
  command = plan
}

run "same_region_with_a_longer_name" {
  command = plan
  variables {
    name = "media-pipeline-b"
  }
}

run "same_name_in_another_region" {
  command = plan
  providers = {
    aws = aws.elsewhere
  }
}
