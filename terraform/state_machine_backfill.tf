# Processes uploads that have no job: docs/adr/0025-backfills.md.
locals {
  backfill_definition = templatefile("${local.patterns}/media-backfill.asl.json", {
    backfill_uploads_function = module.backfill_uploads.arn
    media_bucket              = aws_s3_bucket.media.bucket
  })

  # Emulators know no ItemBatcher, and no limit of a listing. There, each key is a batch, in the form that
  # ItemBatcher gives it.
  backfill_machine = jsondecode(local.backfill_definition)
  backfill_batches = local.backfill_machine.States.BackfillBatches
  backfill_by_key = merge(
    { for field, value in local.backfill_batches : field => value if field != "ItemBatcher" },
    { ItemReader = { for field, value in local.backfill_batches.ItemReader : field => value if field != "ReaderConfig" } },
    { ItemSelector = { BatchInput = local.backfill_batches.ItemBatcher.BatchInput, Items = [local.backfill_batches.ItemSelector] } },
  )
  backfill_definition_by_key = jsonencode(merge(local.backfill_machine, {
    States = merge(local.backfill_machine.States, { BackfillBatches = local.backfill_by_key })
  }))
}

resource "aws_sfn_state_machine" "media_backfill" {
  name     = "${var.name}-backfill"
  role_arn = aws_iam_role.backfill.arn
  type     = "STANDARD"

  definition = local.emulated ? local.backfill_definition_by_key : local.backfill_definition

  # Without execution data, since keys contain users' file names.
  logging_configuration {
    log_destination        = "${aws_cloudwatch_log_group.backfill.arn}:*"
    include_execution_data = false
    level                  = "ALL"
  }

  tracing_configuration {
    enabled = true
  }

  # As for media_pipeline.
  encryption_configuration {
    type = "AWS_OWNED_KEY"
  }

  depends_on = [aws_iam_role_policy.backfill]
}

resource "aws_cloudwatch_log_group" "backfill" {
  name              = "/aws/vendedlogs/states/${var.name}-backfill"
  retention_in_days = var.log_retention_days
  kms_key_id        = aws_kms_key.data.arn
}

resource "aws_iam_role" "backfill" {
  name = "${local.regional_name}-backfill"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "ThisStateMachineOnly"
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "states.amazonaws.com" }
      Condition = {
        ArnEquals    = { "aws:SourceArn" = local.backfill_state_machine_arn }
        StringEquals = { "aws:SourceAccount" = local.account }
      }
    }]
  })
}

resource "aws_iam_role_policy" "backfill" {
  #checkov:skip=CKV_AWS_290:Log delivery and X-Ray do not support resource ARNs.
  #checkov:skip=CKV_AWS_355:Log delivery and X-Ray do not support resource ARNs.
  name = "work"
  role = aws_iam_role.backfill.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(local.may_log_and_trace, [
      {
        Sid      = "InvokeWork"
        Effect   = "Allow"
        Action   = ["lambda:InvokeFunction"]
        Resource = [module.backfill_uploads.arn]
      },
      {
        Sid       = "ListUploads"
        Effect    = "Allow"
        Action    = ["s3:ListBucket"]
        Resource  = [aws_s3_bucket.media.arn]
        Condition = { StringLike = { "s3:prefix" = ["tenants/*"] } }
      },
      {
        # The batches, and their redrive:
        # https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html
        Sid      = "StartBatches"
        Effect   = "Allow"
        Action   = ["states:StartExecution"]
        Resource = [local.backfill_state_machine_arn]
      },
      {
        Sid      = "FollowBatches"
        Effect   = "Allow"
        Action   = ["states:DescribeExecution"]
        Resource = ["${local.backfill_execution_prefix}*"]
      },
      {
        Sid      = "RedriveBatches"
        Effect   = "Allow"
        Action   = ["states:RedriveExecution"]
        Resource = ["${trimsuffix(local.backfill_execution_prefix, ":")}/Batches:*"]
      },
    ])
  })
}
