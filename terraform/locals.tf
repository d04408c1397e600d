locals {
  account   = data.aws_caller_identity.current.account_id
  region    = data.aws_region.current.name
  partition = data.aws_partition.current.partition

  # The accounts of AWS's documentation: only emulators answer for them, and nothing there needs protection.
  emulated     = contains(["123456789012", "000000000000", "111122223333"], local.account)
  protect_data = coalesce(var.protect_data, !local.emulated)

  # Bucket names are global: account and region make them ours.
  bucket_prefix = "${var.name}-${local.account}-${local.region}"

  # Named here rather than read from the resource, because its role, the event rules and the functions that steer it need the ARN first.
  state_machine_arn = "arn:${local.partition}:states:${local.region}:${local.account}:stateMachine:${var.name}"
  execution_arns    = "arn:${local.partition}:states:${local.region}:${local.account}:execution:${var.name}:*"

  # What base/config.ts reads. The first part is wired here; the rest only where the variable sets it, else the code's own default holds.
  settings = merge(
    {
      MEDIA_BUCKET          = aws_s3_bucket.media.bucket
      OUTPUT_BUCKET         = aws_s3_bucket.output.bucket
      JOB_TABLE             = aws_dynamodb_table.jobs.name
      DEAD_LETTER_QUEUE_URL = aws_sqs_queue.dead_letters.url
      EVENT_BUS_NAME        = "default"
      STATE_MACHINE_ARN     = local.state_machine_arn
    },
    { for name, value in var.settings : name => tostring(value) if value != null },
  )

  # What the build read from the code: the settings of each workload, the kinds of upload, and what
  # alarms and dashboards count.
  product = jsondecode(file("${var.build_directory}/product.json"))

  packages = "${var.build_directory}/packages/${var.lambda_architecture}"
  images   = lookup(jsondecode(file("${var.build_directory}/images.json")), var.task_architecture, { media = "missing", office = "missing" })

  # What each function and task shares; `merge` keeps their calls short.
  workload = {
    prefix        = var.name
    settings      = local.settings
    key_arn       = aws_kms_key.data.arn
    log_retention = var.log_retention_days
  }
}
