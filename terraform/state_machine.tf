locals {
  # Capacity provider by try: the first, then all retries: the sum of a task state's MaxAttempts is at most 56. ECS itself does not fall back from Spot:
  # https://github.com/aws/containers-roadmap/issues/852
  capacity_providers = concat([var.fargate_spot ? "FARGATE_SPOT" : "FARGATE"], [for retry in range(56) : "FARGATE"])

  # Permissions of every state machine.
  may_log_and_trace = [
    {
      # Log delivery uses the key through this encryption context.
      Sid       = "UseKeyForOwnLog"
      Effect    = "Allow"
      Action    = ["kms:GenerateDataKey"]
      Resource  = [aws_kms_key.data.arn]
      Condition = { StringEquals = { "kms:EncryptionContext:SourceArn" = ["arn:${local.partition}:logs:${local.region}:${local.account}:*"] } }
    },
    {
      # Log delivery actions do not support resource ARNs:
      # https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
      Sid    = "ManageOwnLogDelivery"
      Effect = "Allow"
      Action = [
        "logs:CreateLogDelivery", "logs:GetLogDelivery", "logs:UpdateLogDelivery", "logs:DeleteLogDelivery", "logs:ListLogDeliveries",
        "logs:PutResourcePolicy", "logs:DescribeResourcePolicies", "logs:DescribeLogGroups",
      ]
      Resource = ["*"]
    },
    {
      Sid      = "SendTraces"
      Effect   = "Allow"
      Action   = ["xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSamplingRules", "xray:GetSamplingTargets"]
      Resource = ["*"]
    },
  ]

  larger_sizes = flatten([for name, size in local.larger_task_sizes : [
    for part, value in size : { task = replace(name, "-", "_"), part = part, value = value }
  ]])
}

resource "aws_sfn_state_machine" "media_pipeline" {
  name     = var.name
  role_arn = aws_iam_role.state_machine.arn
  type     = "STANDARD"

  # Placeholders are inside strings, so that the file is JSON before it is rendered; what must be a number loses its quotes.
  definition = replace(templatefile("${local.patterns}/media-pipeline.asl.json", merge({
    admit_upload_function                   = module.admit_upload.arn
    process_image_function                  = module.process_image.arn
    process_document_function               = module.process_document.arn
    transcode_video_task_definition         = module.transcode_video.family
    transcode_audio_task_definition         = module.transcode_audio.family
    convert_office_document_task_definition = module.convert_office_document.family
    capacity_providers                      = join(", ", [for provider in local.capacity_providers : "'${provider}'"])
    ecs_cluster                             = aws_ecs_cluster.tasks.arn
    private_subnet_a                        = aws_subnet.private[0].id
    private_subnet_b                        = aws_subnet.private[1].id
    task_security_group                     = aws_security_group.tasks.id
    job_table                               = aws_dynamodb_table.jobs.name
    output_bucket                           = aws_s3_bucket.output.bucket
    event_bus                               = "default"
    },
    { for kind, count in var.automatic_retries : "${kind}_retries" => count },
    { for size in local.larger_sizes : "${size.task}_larger_${size.part}" => size.value },
  )), "/\"MaxAttempts\":\\s*\"([0-9]+)\"/", "\"MaxAttempts\": $1")

  # Without execution data, since keys contain users' file names.
  logging_configuration {
    log_destination        = "${aws_cloudwatch_log_group.state_machine.arn}:*"
    include_execution_data = false
    level                  = "ALL"
  }

  tracing_configuration {
    enabled = true
  }

  # With a customer managed key, every reader of an execution would need the key, and status-change
  # events would omit error and cause: docs/adr/0015-executions-under-awss-own-key.md.
  encryption_configuration {
    type = "AWS_OWNED_KEY"
  }

  depends_on = [aws_iam_role_policy.state_machine]
}

# The vendedlogs prefix keeps CloudWatch Logs' resource policy below its size limit.
resource "aws_cloudwatch_log_group" "state_machine" {
  name              = "/aws/vendedlogs/states/${var.name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = aws_kms_key.data.arn
}

resource "aws_iam_role" "state_machine" {
  name = "${local.regional_name}-state-machine"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "ThisStateMachineOnly"
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "states.amazonaws.com" }
      Condition = {
        ArnEquals    = { "aws:SourceArn" = local.state_machine_arn }
        StringEquals = { "aws:SourceAccount" = local.account }
      }
    }]
  })

  lifecycle {
    precondition {
      # 64 characters in a role's name, less the longest suffix, `-convert-office-document-start`.
      condition     = length(local.regional_name) <= 34
      error_message = "Expected a shorter name: with the region, at most 34 characters, since role names are built from both."
    }
  }
}

resource "aws_iam_role_policy" "state_machine" {
  #checkov:skip=CKV_AWS_290:Log delivery and X-Ray do not support resource ARNs.
  #checkov:skip=CKV_AWS_355:Log delivery and X-Ray do not support resource ARNs.
  name = "work"
  role = aws_iam_role.state_machine.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(local.may_log_and_trace, [
      {
        Sid      = "InvokeWork"
        Effect   = "Allow"
        Action   = ["lambda:InvokeFunction"]
        Resource = [module.admit_upload.arn, module.process_image.arn, module.process_document.arn]
      },
      {
        # All revisions: ECS runs the latest, and a redriven execution may request an older one.
        Sid       = "RunTasks"
        Effect    = "Allow"
        Action    = ["ecs:RunTask"]
        Resource  = local.task_definition_arns
        Condition = { ArnEquals = { "ecs:cluster" = aws_ecs_cluster.tasks.arn } }
      },
      {
        # Required by PropagateTags, only on RunTask.
        Sid       = "TagTasks"
        Effect    = "Allow"
        Action    = ["ecs:TagResource"]
        Resource  = ["arn:${local.partition}:ecs:${local.region}:${local.account}:task/${aws_ecs_cluster.tasks.name}/*"]
        Condition = { StringEquals = { "ecs:CreateAction" = ["RunTask"] } }
      },
      {
        Sid       = "HandTasksTheirRoles"
        Effect    = "Allow"
        Action    = ["iam:PassRole"]
        Resource  = local.task_role_arns
        Condition = { StringEquals = { "iam:PassedToService" = ["ecs-tasks.amazonaws.com"] } }
      },
      {
        Sid      = "CompleteJob"
        Effect   = "Allow"
        Action   = ["dynamodb:UpdateItem"]
        Resource = [aws_dynamodb_table.jobs.arn]
      },
      {
        Sid       = "AnnounceCompletion"
        Effect    = "Allow"
        Action    = ["events:PutEvents"]
        Resource  = ["arn:${local.partition}:events:${local.region}:${local.account}:event-bus/default"]
        Condition = { StringEquals = { "events:source" = ["media-pipeline"] } }
      },
      {
        Sid       = "UseKeyForRows"
        Effect    = "Allow"
        Action    = ["kms:Decrypt"]
        Resource  = [aws_kms_key.data.arn]
        Condition = { StringEquals = { "kms:ViaService" = ["dynamodb.${local.region}.amazonaws.com"] } }
      },
    ])
  })
}
