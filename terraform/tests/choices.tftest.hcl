# Effects of the variables, and the values they reject.
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
    error_message = "Data in an emulator is not protected."
  }
}

run "protection_can_be_taken_off" {
  command = plan
  variables {
    protect_data = false
  }

  assert {
    condition     = !aws_dynamodb_table.jobs.deletion_protection_enabled && aws_s3_bucket.media.force_destroy
    error_message = "With protect_data = false, everything can be destroyed."
  }
}

# A single run, since each takes seconds: every variable with an invalid value.
run "values_that_would_not_do" {
  command = plan
  variables {
    name                     = "Media_Pipeline"
    build_directory          = "../dist/"
    lambda_architecture      = "riscv64"
    task_architecture        = "riscv64"
    function_memory          = { "process-image" = 64 }
    reserved_concurrency     = { "serve-api" = -2 }
    task_size                = { "transcode-video" = { cpu = 4096, memory = 8192, storage = 20 } }
    vpc_cidr                 = "10.20.0.0/28"
    endpoint_zones           = 3
    log_retention_days       = 42
    noncurrent_version_days  = 0
    upload_expiration_days   = 0
    upload_origins           = ["https://*.example.com"]
    alarm_emails             = ["operator"]
    oldest_job_alarm_seconds = 1
    monthly_budget_usd       = 0
    trace_percent            = 101
    api_jwt                  = { issuer = "http://login.example.com", audience = ["media"] }
    api_throttle             = { rate = 0, burst = 1 }
    settings                 = { API_TENANT_CLAIM = "" }
  }
  expect_failures = [
    var.name, var.build_directory, var.lambda_architecture, var.task_architecture, var.function_memory, var.reserved_concurrency,
    var.task_size, var.vpc_cidr, var.endpoint_zones, var.log_retention_days, var.noncurrent_version_days,
    var.upload_expiration_days, var.upload_origins, var.alarm_emails, var.oldest_job_alarm_seconds, var.monthly_budget_usd,
    var.trace_percent, var.api_jwt, var.api_throttle, var.settings,
  ]
}

run "a_console_that_nobody_could_sign_in_to" {
  command = plan
  variables {
    console = { client_id = "media" }
  }
  expect_failures = [var.console]
}
