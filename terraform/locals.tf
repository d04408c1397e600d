locals {
  account   = data.aws_caller_identity.current.account_id
  region    = data.aws_region.current.name
  partition = data.aws_partition.current.partition

  # AWS's documentation accounts, used only by emulators: nothing in them needs protection.
  emulated     = contains(["123456789012", "000000000000", "111122223333"], local.account)
  protect_data = coalesce(var.protect_data, !local.emulated)

  # Bucket names are global: account and region make them unique.
  bucket_prefix = "${var.name}-${local.account}-${local.region}"

  # For what is global within an account: roles, CloudFront, budgets, dashboards.
  regional_name = "${var.name}-${local.region}"

  # Built instead of read from the resource, to avoid a cycle: its role, the event rules and the functions
  # need the ARN first.
  state_machine_arn = "arn:${local.partition}:states:${local.region}:${local.account}:stateMachine:${var.name}"
  execution_prefix  = "arn:${local.partition}:states:${local.region}:${local.account}:execution:${var.name}:"
  execution_arns    = "${local.execution_prefix}*"

  backfill_state_machine_arn = "${local.state_machine_arn}-backfill"
  backfill_execution_prefix  = "${trimsuffix(local.execution_prefix, ":")}-backfill:"

  # Settings for base/config.ts: ones derived from resources, and those set in the variable. For all
  # others, the code's default applies.
  settings = merge(
    {
      MEDIA_BUCKET          = aws_s3_bucket.media.bucket
      OUTPUT_BUCKET         = aws_s3_bucket.output.bucket
      JOB_TABLE             = aws_dynamodb_table.jobs.name
      QUEUE_TABLE           = aws_dynamodb_table.queue.name
      DEAD_LETTER_QUEUE_URL = aws_sqs_queue.dead_letters.url
      UNDELIVERED_QUEUE_URL = aws_sqs_queue.undelivered.url
      EVENT_BUS_NAME        = "default"
      STATE_MACHINE_ARN     = local.state_machine_arn

      BACKFILL_STATE_MACHINE_ARN = local.backfill_state_machine_arn
      # By its name: the module itself is made with these settings.
      PREVIEW_FUNCTION = "${var.name}-preview-profile"
    },
    { for file in aws_s3_object.managed_profiles : "MANAGED_PROFILES" => file.version_id },
    local.chosen_settings,
  )
  chosen_settings = { for name, value in var.settings : name => tostring(value) if value != null }

  # Extracted from the code by the build: the settings of each workload, the media kinds, the queues, and
  # what alarms and dashboards count.
  product = jsondecode(file("${var.build_directory}/product.json"))

  # Limits of uploads as they apply, in bytes, seconds, pixels or pages.
  limits = { for name, default in local.product.limits : name => tonumber(lookup(local.settings, name, default)) }

  # The alarm and the API call the service degraded at the same value.
  max_queue_wait_seconds = tonumber(lookup(local.settings, "MAX_QUEUE_WAIT_SECONDS", local.product.defaults.MAX_QUEUE_WAIT_SECONDS))

  # Bytes per second of a video's renditions: at most 1.5 times their bitrates, above 31 frames per second,
  # and their sound.
  video_rate = ceil(tonumber(lookup(local.settings, "MAX_PROFILE_BITRATE", local.product.defaults.MAX_PROFILE_BITRATE)) * 1.5 / 8) + 75000

  # Each occupies an instance of serve-api.
  max_waiting_requests = tonumber(lookup(local.settings, "MAX_WAITING_REQUESTS", local.product.defaults.MAX_WAITING_REQUESTS))
  api_concurrency      = lookup(var.reserved_concurrency, "serve-api", local.product.concurrency["serve-api"])

  packages = "${var.build_directory}/packages/${var.lambda_architecture}"
  images   = lookup(jsondecode(file("${var.build_directory}/images.json")), var.task_architecture, { media = "missing", office = "missing" })

  # Shared by all functions and tasks.
  workload = {
    prefix        = var.name
    settings      = local.settings
    key_arn       = aws_kms_key.data.arn
    log_retention = var.log_retention_days
  }
}
