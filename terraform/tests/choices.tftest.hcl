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
    condition     = !aws_dynamodb_table.jobs.deletion_protection_enabled && !aws_dynamodb_table.queue.deletion_protection_enabled && aws_s3_bucket.media.force_destroy
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
    larger_task_size         = { "transcode-video" = { cpu = 8192, memory = 16383 } }
    automatic_retries        = { video = 11 }
    zone_ids                 = ["euw1-az1", "euw1-az1"]
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
    var.task_size, var.larger_task_size, var.automatic_retries, var.vpc_cidr, var.zone_ids, var.endpoint_zones, var.log_retention_days, var.noncurrent_version_days,
    var.upload_expiration_days, var.upload_origins, var.alarm_emails, var.oldest_job_alarm_seconds, var.monthly_budget_usd,
    var.trace_percent, var.api_jwt, var.api_throttle, var.settings,
  ]
}

run "sizes_that_fargate_does_not_offer" {
  command = plan
  variables {
    task_size         = { "transcode-video" = { cpu = 8192, memory = 20000, storage = 100 } }
    larger_task_size  = { "transcode-video" = { cpu = 8192, memory = 40000 } }
    automatic_retries = { image = 1.5 }
    zone_ids          = ["euw1-az1", "euw1-az9"]
    settings          = { PROCESSING_TIMEOUT = 599 }
  }
  expect_failures = [var.task_size, var.larger_task_size, var.automatic_retries, var.zone_ids, var.settings]
}

run "an_api_of_which_all_instances_may_wait" {
  command = plan
  variables {
    reserved_concurrency = { "serve-api" = 20 }
  }
  expect_failures = [aws_apigatewayv2_integration.serve_api]
}

run "a_percentage_of_more_than_all" {
  command = plan
  variables {
    settings = { TENANT_PERCENTS = "acme=100,globex=101" }
  }
  expect_failures = [var.settings]
}

run "codecs_without_that_of_the_default_profile" {
  command = plan
  variables {
    settings = { PROFILE_VIDEO_CODECS = "hevc,av1" }
  }
  expect_failures = [var.settings]
}

run "a_codec_that_is_not_made" {
  command = plan
  variables {
    settings = { PROFILE_VIDEO_CODECS = "h264,vp9" }
  }
  expect_failures = [var.settings]
}

run "a_weight_that_is_no_number" {
  command = plan
  variables {
    settings = { TENANT_WEIGHTS = "acme=3,globex=0.5.5" }
  }
  expect_failures = [var.settings]
}

run "a_task_that_nobody_runs" {
  command = plan
  variables {
    task_size        = { "transcode-vide" = { cpu = 4096, memory = 8192 } }
    larger_task_size = { "transcode-vide" = { cpu = 4096, memory = 8192 } }
  }
  expect_failures = [var.task_size, var.larger_task_size]
}

run "a_larger_task_that_has_less_memory" {
  command = plan
  variables {
    larger_task_size = { "transcode-audio" = { cpu = 512, memory = 4096 } }
  }
  expect_failures = [aws_ecs_cluster.tasks]
}

run "a_task_above_the_usual_larger_one" {
  command = plan
  variables {
    task_size = { "transcode-video" = { cpu = 16384, memory = 32768, storage = 150 } }
  }

  assert {
    condition     = local.larger_task_sizes["transcode-video"] == { cpu = 16384, memory = 32768 }
    error_message = "The larger task is at least as large as the task."
  }
  assert {
    condition = alltrue([for pair in setproduct(
      flatten([for cpu, memories in local.fargate_memory : [for memory in memories : { cpu = tonumber(cpu), memory = memory }]]),
      values(local.default_larger_task_sizes)
      ) : contains(local.fargate_memory[tostring(max(pair[0].cpu, pair[1].cpu))], max(pair[0].memory, pair[1].memory))
    ])
    error_message = "Fargate offers the larger of any size and a default, in each part."
  }
}

run "uploads_larger_than_the_disk" {
  command = plan
  variables {
    settings = { MAX_VIDEO_BYTES = 42949672960 }
  }
  expect_failures = [aws_ecs_cluster.tasks]
}

run "profiles_larger_than_the_disk" {
  command = plan
  variables {
    settings = { MAX_PROFILE_BITRATE = 40000000 }
  }
  expect_failures = [aws_ecs_cluster.tasks]
}

run "sizes_that_go_together" {
  command = plan
  variables {
    task_size = { "transcode-video" = { cpu = 8192, memory = 20480, storage = 130 } }
    settings  = { MAX_VIDEO_BYTES = 42949672960, PROCESSING_TIMEOUT = 600, MAX_IMAGE_BYTES = 1073741824 }
    zone_ids  = ["euw1-az3", "euw1-az1"]
  }

  assert {
    condition     = aws_subnet.private[*].availability_zone == ["eu-west-1c", "eu-west-1b"]
    error_message = "Tasks run in the chosen zones."
  }
}

# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/AWS_Fargate-Regions.html (read November 2026):
# us-west-1 has Fargate in usw1-az1 and usw1-az3 only.
run "a_zone_without_fargate" {
  command = plan
  # Without storage: the default's, which the largest upload needs.
  variables {
    task_size = { "transcode-video" = { cpu = 8192, memory = 16384 } }
  }
  override_data {
    target = data.aws_region.current
    values = { name = "us-west-1" }
  }
  override_data {
    target = data.aws_availability_zones.available
    values = { names = ["us-west-1a", "us-west-1b", "us-west-1c"], zone_ids = ["usw1-az2", "usw1-az3", "usw1-az1"] }
  }

  assert {
    condition     = aws_subnet.private[*].availability_zone == ["us-west-1b", "us-west-1c"]
    error_message = "No subnet is in a zone without Fargate."
  }
}

run "the_state_of_another_deployment" {
  command = plan
  variables {
    name      = "photos"
    state_key = "media-pipeline.tfstate"
  }
  expect_failures = [var.state_key]
}

# 24 + 1 + 14 characters: its longest role would have 69.
run "a_name_too_long_for_the_region" {
  command = plan
  override_data {
    target = data.aws_region.current
    values = { name = "ap-southeast-1" }
  }
  variables {
    name = "abcdefghijklmnopqrstuvwx"
  }
  expect_failures = [aws_iam_role.state_machine]
}

run "a_console_that_nobody_could_sign_in_to" {
  command = plan
  variables {
    console = { client_id = "media" }
  }
  expect_failures = [var.console]
}
