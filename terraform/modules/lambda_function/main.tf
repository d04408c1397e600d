terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

data "aws_region" "current" {}

locals {
  function_name = "${var.workload.prefix}-${var.name}"
  package       = "${var.package_directory}/${var.name}.zip"
  asynchronous  = length(var.failed_event_queues) > 0
  key_use       = merge(var.key_use, local.asynchronous ? { sqs = ["kms:GenerateDataKey", "kms:Decrypt"] } : {})

  statements = concat(
    [{
      sid        = "WriteOwnLogs"
      actions    = ["logs:CreateLogStream", "logs:PutLogEvents"]
      resources  = ["${aws_cloudwatch_log_group.this.arn}:*"]
      conditions = {}
      }, {
      # X-Ray does not support resource ARNs.
      sid        = "SendTraces"
      actions    = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"]
      resources  = ["*"]
      conditions = {}
    }],
    var.permissions,
    [for service, actions in local.key_use : {
      sid        = "UseKeyThrough${title(service)}"
      actions    = actions
      resources  = [var.workload.key_arn]
      conditions = { StringEquals = { "kms:ViaService" = ["${service}.${data.aws_region.current.name}.amazonaws.com"] } }
    }],
    [for queue in var.failed_event_queues : {
      sid        = "KeepFailedEvents"
      actions    = ["sqs:SendMessage"]
      resources  = [queue]
      conditions = {}
    }],
  )
}

resource "aws_lambda_function" "this" {
  #checkov:skip=CKV_AWS_116:Functions invoked by EventBridge have an on-failure destination; the others return errors to their callers.
  #checkov:skip=CKV_AWS_117:They call only AWS services, with IAM roles; in a VPC they would need endpoints that cost more than the rest.
  #checkov:skip=CKV_AWS_272:Packages are built from the lock file; whoever may deploy them could also sign them.
  function_name                  = local.function_name
  description                    = var.description
  role                           = aws_iam_role.this.arn
  runtime                        = "nodejs22.x"
  handler                        = "index.handler"
  architectures                  = [var.architecture]
  filename                       = local.package
  source_code_hash               = fileexists(local.package) ? filebase64sha256(local.package) : null
  memory_size                    = var.memory
  timeout                        = var.timeout
  reserved_concurrent_executions = var.reserved_concurrency
  kms_key_arn                    = var.workload.key_arn

  ephemeral_storage {
    size = var.storage
  }

  environment {
    variables = merge(
      { for name in var.setting_names : name => var.workload.settings[name] if contains(keys(var.workload.settings), name) },
      { POWERTOOLS_SERVICE_NAME = var.name, POWERTOOLS_METRICS_NAMESPACE = var.workload.prefix },
      var.environment,
    )
  }

  logging_config {
    log_format = "JSON"
    log_group  = aws_cloudwatch_log_group.this.name
  }

  tracing_config {
    mode = "Active"
  }

  lifecycle {
    precondition {
      condition     = fileexists(local.package)
      error_message = "There is no ${local.package}: run `make build` (with ARCHITECTURES=${var.architecture}) first."
    }
  }

  # Without these permissions, the function's first invocations would fail.
  depends_on = [aws_iam_role_policy.this]
}

resource "aws_lambda_function_event_invoke_config" "this" {
  for_each = toset(local.asynchronous ? ["events"] : [])

  function_name                = aws_lambda_function.this.function_name
  maximum_retry_attempts       = 2
  maximum_event_age_in_seconds = 21600

  destination_config {
    on_failure {
      destination = var.failed_event_queues[0]
    }
  }
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/aws/lambda/${local.function_name}"
  retention_in_days = var.workload.log_retention
  kms_key_id        = var.workload.key_arn
}

# Roles are global in an account: the region tells two deployments of one name apart.
resource "aws_iam_role" "this" {
  name = "${var.workload.prefix}-${data.aws_region.current.name}-${var.name}"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "LambdaOnly"
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy" "this" {
  #checkov:skip=CKV_AWS_290:X-Ray and task tokens do not support resource ARNs.
  #checkov:skip=CKV_AWS_355:X-Ray and task tokens do not support resource ARNs.
  name = "work"
  role = aws_iam_role.this.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [for statement in local.statements : {
      for key, value in {
        Sid       = statement.sid
        Effect    = "Allow"
        Action    = statement.actions
        Resource  = statement.resources
        Condition = length(statement.conditions) > 0 ? statement.conditions : null
      } : key => value if value != null
    }]
  })
}
