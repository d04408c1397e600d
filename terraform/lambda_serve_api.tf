module "serve_api" {
  source = "./modules/lambda_function"

  name                 = "serve-api"
  description          = "Serves the job API: jobs, retry, cancellation, statistics and uploads"
  workload             = local.workload
  package_directory    = local.packages
  architecture         = var.lambda_architecture
  memory               = lookup(var.function_memory, "serve-api", 512)
  timeout              = 29
  reserved_concurrency = local.api_concurrency
  setting_names        = local.product.settings["serve-api"]

  permissions = [
    local.may.list_outputs,
    local.may.list_output_versions,
    local.may.read_profiles,
    local.may.store_profiles,
    local.may.read_watermarks,
    local.may.read_managed_profiles,
    local.may.tell_missing_uploads,
    local.may.remove_outputs,
    local.may.remove_work,
    local.may.announce,
    local.may.dead_letter,
    local.may.hand_over_slots,
    local.may.tell_waiting_jobs,
    {
      # For presigned download URLs, and to read manifests.
      sid       = "ReadOutputs"
      actions   = ["s3:GetObject", "s3:GetObjectVersion"]
      resources = ["${aws_s3_bucket.output.arn}/tenants/*"]
    },
    {
      # For presigned download URLs.
      sid       = "ReadPreviews"
      actions   = ["s3:GetObject"]
      resources = ["${aws_s3_bucket.output.arn}/previews/*"]
    },
    {
      sid       = "ReadBackfillReports"
      actions   = ["s3:GetObject"]
      resources = ["${aws_s3_bucket.output.arn}/backfills/*"]
    },
    {
      # HeadObject, for uploads whose events were lost.
      sid       = "LookUpUploads"
      actions   = ["s3:GetObject"]
      resources = ["${aws_s3_bucket.media.arn}/tenants/*"]
    },
    {
      # For presigned upload URLs, and to list uploaded parts. No other role may write to the bucket that
      # starts executions.
      sid       = "WriteUploads"
      actions   = ["s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"]
      resources = ["${aws_s3_bucket.media.arn}/tenants/*"]
    },
    {
      sid       = "WriteJobs"
      actions   = ["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"]
      resources = [aws_dynamodb_table.jobs.arn]
    },
    {
      sid       = "FindJobs"
      actions   = ["dynamodb:Query"]
      resources = [for index in keys(local.job_indexes) : "${aws_dynamodb_table.jobs.arn}/index/${index}"]
    },
    {
      sid       = "TakeDeadLetters"
      actions   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes"]
      resources = [aws_sqs_queue.dead_letters.arn, aws_sqs_queue.undelivered.arn]
    },
    {
      # Undelivered events, to the functions and the topic that rules have as targets.
      sid       = "InvokeTargets"
      actions   = ["lambda:InvokeFunction"]
      resources = [module.remove_outputs.arn, module.record_outcome.arn, module.report_stopped_task.arn, module.reconcile_jobs.arn, module.reconcile_queues.arn]
    },
    {
      sid       = "PreviewProfiles"
      actions   = ["lambda:InvokeFunction"]
      resources = [module.preview_profile.arn]
    },
    {
      sid       = "PublishUndelivered"
      actions   = ["sns:Publish"]
      resources = [aws_sns_topic.job_events.arn]
    },
    {
      sid       = "StoreWatermarks"
      actions   = ["s3:PutObject", "s3:AbortMultipartUpload"]
      resources = ["${aws_s3_bucket.output.arn}/watermarks/*"]
    },
    {
      # Copies of discarded dead letters.
      sid       = "ArchiveDeadLetters"
      actions   = ["s3:PutObject"]
      resources = ["${aws_s3_bucket.output.arn}/dead-letters/*"]
    },
    {
      sid       = "SteerExecutions"
      actions   = ["states:DescribeExecution", "states:RedriveExecution", "states:StopExecution"]
      resources = [local.execution_arns, "${local.backfill_execution_prefix}*"]
    },
    {
      sid       = "StartExecutions"
      actions   = ["states:StartExecution"]
      resources = [local.state_machine_arn, local.backfill_state_machine_arn]
    },
  ]

  key_use = { dynamodb = local.key.read, s3 = local.key.write, sns = local.key.write, sqs = local.key.write }
}
