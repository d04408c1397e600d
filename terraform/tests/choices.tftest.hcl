# What the variables change, and what they refuse.
mock_provider "aws" {
  source = "./tests/mocks"
}

run "an_emulator_needs_no_protection" {
  command = plan
  override_data {
    target = data.aws_caller_identity.current
    values = { account_id = "123456789012" }
  }

  assert {
    condition     = !aws_dynamodb_table.jobs.deletion_protection_enabled && aws_s3_bucket.media.force_destroy
    error_message = "What only an emulator holds can go."
  }
}

run "protection_can_be_taken_off" {
  command = plan
  variables {
    protect_data = false
  }

  assert {
    condition     = !aws_dynamodb_table.jobs.deletion_protection_enabled && aws_s3_bucket.media.force_destroy
    error_message = "With protect_data = false everything can be destroyed."
  }
}

run "the_console_is_private_behind_cloudfront" {
  command = plan
  variables {
    console = { domain = "media.example.com", certificate_arn = "arn:aws:acm:us-east-1:210987654321:certificate/mock" }
  }

  assert {
    condition     = aws_cloudfront_distribution.console[0].default_cache_behavior[0].viewer_protocol_policy == "redirect-to-https" && aws_cloudfront_distribution.console[0].viewer_certificate[0].minimum_protocol_version == "TLSv1.2_2021"
    error_message = "The console is served by current TLS only."
  }

  assert {
    condition     = contains(keys(aws_s3_bucket_public_access_block.this), "console")
    error_message = "Its bucket is private like the others."
  }
}

run "names_that_would_not_fit" {
  command = plan
  variables {
    name = "Media_Pipeline"
  }
  expect_failures = [var.name]
}

run "a_processor_that_lambda_does_not_have" {
  command = plan
  variables {
    lambda_architecture = "riscv64"
    task_architecture   = "riscv64"
  }
  expect_failures = [var.lambda_architecture, var.task_architecture]
}

run "numbers_out_of_range" {
  command = plan
  variables {
    fargate_spot_percent   = 101
    endpoint_zones         = 3
    log_retention_days     = 42
    reserved_concurrency   = { "serve-api" = -2 }
    function_memory        = { "process-image" = 64 }
    upload_expiration_days = 0
  }
  expect_failures = [var.fargate_spot_percent, var.endpoint_zones, var.log_retention_days, var.reserved_concurrency, var.function_memory, var.upload_expiration_days]
}

run "an_origin_with_a_wildcard" {
  command = plan
  variables {
    upload_origins = ["https://*.example.com"]
  }
  expect_failures = [var.upload_origins]
}

run "a_domain_without_its_certificate" {
  command = plan
  variables {
    console = { domain = "media.example.com" }
  }
  expect_failures = [var.console]
}

run "an_issuer_without_tls" {
  command = plan
  variables {
    api_jwt = { issuer = "http://login.example.com", audience = ["media"] }
  }
  expect_failures = [var.api_jwt]
}
