module "reconcile_jobs" {
  source = "./modules/lambda_function"

  name                 = "reconcile-jobs"
  description          = "Compares job rows with Step Functions and repairs differences"
  workload             = local.workload
  package_directory    = local.packages
  architecture         = var.lambda_architecture
  memory               = lookup(var.function_memory, "reconcile-jobs", 512)
  timeout              = 280
  reserved_concurrency = lookup(var.reserved_concurrency, "reconcile-jobs", local.product.concurrency["reconcile-jobs"])
  failed_event_queues  = [aws_sqs_queue.undelivered.arn]
  setting_names        = local.product.settings["reconcile-jobs"]

  permissions = [
    local.may.list_outputs,
    local.may.list_output_versions,
    local.may.remove_outputs_of_jobs,
    local.may.remove_work,
    local.may.announce,
    local.may.dead_letter,
    local.may.hand_over_slots,
    local.may.enter_the_line,
    local.may.tell_waiting_jobs,
    {
      sid       = "WriteJobs"
      actions   = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"]
      resources = [aws_dynamodb_table.jobs.arn]
    },
    {
      sid       = "FindJobs"
      actions   = ["dynamodb:Query"]
      resources = ["${aws_dynamodb_table.jobs.arn}/index/byStatus"]
    },
    {
      sid       = "SteerExecutions"
      actions   = ["states:DescribeExecution", "states:GetExecutionHistory", "states:RedriveExecution", "states:StopExecution"]
      resources = [local.execution_arns]
    },
    {
      sid       = "FindAndStartExecutions"
      actions   = ["states:ListExecutions", "states:StartExecution"]
      resources = [local.state_machine_arn]
    },
  ]

  key_use = { dynamodb = local.key.read, s3 = local.key.read, sqs = local.key.write }
}

resource "aws_cloudwatch_event_rule" "reconcile_jobs" {
  name                = "${var.name}-reconcile-jobs"
  description         = "Runs reconcile-jobs, since status events can be lost."
  schedule_expression = "rate(5 minutes)"
}

resource "aws_cloudwatch_event_target" "reconcile_jobs" {
  rule = aws_cloudwatch_event_rule.reconcile_jobs.name
  arn  = module.reconcile_jobs.arn

  # The next run checks the same jobs, so old events are useless.
  retry_policy {
    maximum_event_age_in_seconds = 300
    maximum_retry_attempts       = 2
  }

  dead_letter_config {
    arn = aws_sqs_queue.undelivered.arn
  }
}

resource "aws_lambda_permission" "reconcile_jobs" {
  statement_id  = "EventBridge-${var.name}-reconcile-jobs"
  action        = "lambda:InvokeFunction"
  function_name = module.reconcile_jobs.function_name
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.reconcile_jobs.arn
}
