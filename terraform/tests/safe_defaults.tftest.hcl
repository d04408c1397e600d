# A deployment with default values.
mock_provider "aws" {
  source = "./tests/mocks"
}

run "safe_defaults" {
  command = apply

  assert {
    condition     = alltrue([for block in aws_s3_bucket_public_access_block.this : block.block_public_acls && block.block_public_policy && block.ignore_public_acls && block.restrict_public_buckets])
    error_message = "Every bucket blocks public access."
  }

  assert {
    condition     = keys(aws_s3_bucket_public_access_block.this) == ["logs", "media", "output"]
    error_message = "These are the buckets; the console bucket is optional."
  }

  assert {
    condition     = alltrue([for versioning in aws_s3_bucket_versioning.this : versioning.versioning_configuration[0].status == "Enabled"])
    error_message = "Every bucket is versioned: without versions, S3 may send a single event for two concurrent writes to a key."
  }

  assert {
    condition = alltrue([for encryption in aws_s3_bucket_server_side_encryption_configuration.keyed : alltrue([
      for rule in encryption.rule : rule.bucket_key_enabled && rule.apply_server_side_encryption_by_default[0].kms_master_key_id == aws_kms_key.data.arn
    ])])
    error_message = "Uploads and outputs are encrypted with our key, with bucket keys."
  }

  assert {
    condition = alltrue([for policy in aws_s3_bucket_policy.this : anytrue([
      for statement in jsondecode(policy.policy).Statement : statement.Effect == "Deny" && try(statement.Condition.Bool["aws:SecureTransport"], "") == "false"
    ])])
    error_message = "Every bucket rejects plain HTTP."
  }

  assert {
    condition = alltrue([for lifecycle in aws_s3_bucket_lifecycle_configuration.this : anytrue([
      for rule in lifecycle.rule : try(rule.abort_incomplete_multipart_upload[0].days_after_initiation, 0) == 1
    ])])
    error_message = "Every bucket aborts incomplete multipart uploads after a day."
  }

  assert {
    condition     = aws_s3_bucket_notification.media.eventbridge
    error_message = "Uploads reach EventBridge."
  }

  assert {
    condition     = aws_dynamodb_table.jobs.deletion_protection_enabled && aws_dynamodb_table.jobs.point_in_time_recovery[0].enabled && aws_dynamodb_table.jobs.server_side_encryption[0].kms_key_arn == aws_kms_key.data.arn
    error_message = "The job table is protected, recoverable and encrypted with our key."
  }

  assert {
    condition     = aws_dynamodb_table.queue.deletion_protection_enabled && aws_dynamodb_table.queue.server_side_encryption[0].kms_key_arn == aws_kms_key.data.arn
    error_message = "The queue table is protected and encrypted with our key."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["oldest-wait"].threshold == 3600 && aws_cloudwatch_metric_alarm.this["oldest-wait"].treat_missing_data == "breaching"
    error_message = "An alarm tells when a job waits for longer than MAX_QUEUE_WAIT_SECONDS, or nobody looks."
  }

  assert {
    condition     = !aws_s3_bucket.media.force_destroy && !aws_s3_bucket.output.force_destroy
    error_message = "Buckets can only be deleted when empty."
  }

  assert {
    condition     = aws_kms_key.data.enable_key_rotation && aws_kms_key.data.deletion_window_in_days == 30
    error_message = "The key rotates, and its deletion can be canceled."
  }

  assert {
    condition     = alltrue([for queue in [aws_sqs_queue.dead_letters, aws_sqs_queue.undelivered] : queue.kms_master_key_id == aws_kms_key.data.arn && queue.message_retention_seconds == 1209600])
    error_message = "Queues are encrypted with our key and keep messages for the 14 days that SQS allows."
  }

  assert {
    condition     = aws_sqs_queue.dead_letters.fifo_queue && !aws_sqs_queue.dead_letters.content_based_deduplication && aws_sqs_queue.undelivered.fifo_queue != true
    error_message = "Dead letters are deduplicated by attempt; EventBridge delivers to standard queues only."
  }

  assert {
    condition     = alltrue([for topic in [aws_sns_topic.job_events, aws_sns_topic.alarms] : topic.kms_master_key_id == aws_kms_key.data.arn])
    error_message = "Topics are encrypted with our key."
  }

  assert {
    condition     = alltrue([for repository in aws_ecr_repository.image : repository.image_tag_mutability == "IMMUTABLE" && repository.image_scanning_configuration[0].scan_on_push && repository.encryption_configuration[0].kms_key == aws_kms_key.data.arn])
    error_message = "Images are immutable, scanned and encrypted with our key."
  }

  assert {
    condition     = alltrue([for group in [aws_cloudwatch_log_group.state_machine, aws_cloudwatch_log_group.api, aws_cloudwatch_log_group.flow] : group.retention_in_days == 365 && group.kms_key_id == aws_kms_key.data.arn])
    error_message = "Logs are kept for a year, encrypted with our key."
  }

  assert {
    condition     = aws_sfn_state_machine.media_pipeline.logging_configuration[0].level == "ALL" && !aws_sfn_state_machine.media_pipeline.logging_configuration[0].include_execution_data && aws_sfn_state_machine.media_pipeline.tracing_configuration[0].enabled
    error_message = "The state machine logs everything except execution data, and is traced."
  }

  assert {
    condition     = !strcontains(aws_sfn_state_machine.media_pipeline.definition, "FARGATE_SPOT")
    error_message = "Tasks use on-demand capacity."
  }

  assert {
    condition     = endswith(jsondecode(aws_sfn_state_machine.media_pipeline.definition).States.AdmitUpload.Resource, ":lambda:invoke.waitForTaskToken")
    error_message = "Jobs that find no free slot wait for one without polling."
  }

  assert {
    condition     = aws_sfn_state_machine.media_pipeline.encryption_configuration[0].type == "AWS_OWNED_KEY"
    error_message = "Reading executions requires no key permissions, and status events contain error and cause."
  }

  assert {
    condition     = aws_apigatewayv2_route.everything.authorization_type == "AWS_IAM" && length(aws_apigatewayv2_authorizer.jwt) == 0 && keys(aws_apigatewayv2_route.open) == ["GET /api/media/health", "GET /api/media/openapi.json"]
    error_message = "Without a JWT issuer, callers sign requests with IAM; without web origins, preflight requests must, too."
  }

  assert {
    condition     = aws_apigatewayv2_stage.default.default_route_settings[0].throttling_rate_limit == 50 && length(aws_apigatewayv2_stage.default.access_log_settings) == 1
    error_message = "The API is throttled and writes an access log."
  }

  assert {
    condition     = length(aws_apigatewayv2_api.http.cors_configuration) == 0 && length(aws_s3_bucket_cors_configuration.media) == 0
    error_message = "No web origins are allowed by default."
  }

  assert {
    condition     = length(aws_ecs_cluster_capacity_providers.tasks.default_capacity_provider_strategy) == 1 && one(aws_ecs_cluster_capacity_providers.tasks.default_capacity_provider_strategy).capacity_provider == "FARGATE"
    error_message = "Tasks use on-demand capacity."
  }

  assert {
    condition     = alltrue([for subnet in aws_subnet.private : !subnet.map_public_ip_on_launch]) && length(aws_subnet.private) == 2
    error_message = "Tasks run in two private subnets."
  }

  assert {
    condition     = length(aws_default_security_group.empty.ingress) == 0 && length(aws_default_security_group.empty.egress) == 0 && length(aws_security_group.tasks.ingress) == 0 && length(aws_security_group.endpoints.egress) == 0
    error_message = "Tasks have no ingress, and the default security group has no rules."
  }

  assert {
    condition     = alltrue([for rule in aws_security_group.tasks.egress : rule.from_port == 443 && rule.to_port == 443 && length(coalesce(rule.cidr_blocks, [])) == 0])
    error_message = "Tasks may connect only to endpoints, over TLS, and to no IP ranges."
  }

  assert {
    condition     = length(aws_cloudfront_distribution.console) == 0 && length(aws_s3_bucket.console) == 0
    error_message = "The console is not hosted by default."
  }

  assert {
    condition     = aws_budgets_budget.monthly[0].limit_amount == "200"
    error_message = "There is a budget."
  }
}
