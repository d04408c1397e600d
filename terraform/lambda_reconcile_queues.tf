module "reconcile_queues" {
  source = "./modules/lambda_function"

  name                 = "reconcile-queues"
  description          = "Gives back slots of ended executions, and finishes hand-overs that were cut short"
  workload             = local.workload
  package_directory    = local.packages
  architecture         = var.lambda_architecture
  memory               = lookup(var.function_memory, "reconcile-queues", 512)
  timeout              = 280
  reserved_concurrency = lookup(var.reserved_concurrency, "reconcile-queues", local.product.concurrency["reconcile-queues"])
  failed_event_queues  = [aws_sqs_queue.undelivered.arn]
  setting_names        = local.product.settings["reconcile-queues"]

  permissions = [
    local.may.hand_over_slots,
    # Heartbeats, too: those of states whose task waits for a slot.
    local.may.report_task,
    {
      sid       = "ReadJobsAndPlaces"
      actions   = ["dynamodb:GetItem"]
      resources = [aws_dynamodb_table.jobs.arn, aws_dynamodb_table.queue.arn]
    },
    {
      sid       = "ReadExecutions"
      actions   = ["states:DescribeExecution"]
      resources = [local.execution_arns]
    },
  ]

  key_use = { dynamodb = local.key.read }
}

resource "aws_cloudwatch_event_rule" "reconcile_queues" {
  name                = "${var.name}-reconcile-queues"
  description         = "Runs reconcile-queues: jobs that wait must not depend on the last hand-over."
  schedule_expression = "rate(1 minute)"
}

resource "aws_cloudwatch_event_target" "reconcile_queues" {
  rule = aws_cloudwatch_event_rule.reconcile_queues.name
  arn  = module.reconcile_queues.arn

  # The next run looks at the same queues, so old events are useless. EventBridge's minimum.
  retry_policy {
    maximum_event_age_in_seconds = 60
    maximum_retry_attempts       = 2
  }

  dead_letter_config {
    arn = aws_sqs_queue.undelivered.arn
  }
}

resource "aws_lambda_permission" "reconcile_queues" {
  statement_id  = "EventBridge-${var.name}-reconcile-queues"
  action        = "lambda:InvokeFunction"
  function_name = module.reconcile_queues.function_name
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.reconcile_queues.arn
}
