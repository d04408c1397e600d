locals {
  patterns = "${path.module}/../state-machines"

  # Built instead of read from the rules, to avoid a cycle: the queue policy references the rules, and the
  # rules the queue.
  rule_arns = [for rule in ["object-created", "object-deleted", "execution-status", "task-stopped", "job-event", "reconcile-jobs", "reconcile-queues"] :
    "arn:${local.partition}:events:${local.region}:${local.account}:rule/${var.name}-${rule}"
  ]
}

module "route_object_created" {
  source = "./modules/event_route"

  name                  = "${var.name}-object-created"
  description           = "Starts the state machine for each upload."
  pattern               = templatefile("${local.patterns}/object-created.pattern.json", { media_bucket = aws_s3_bucket.media.bucket })
  target_arn            = aws_sfn_state_machine.media_pipeline.arn
  target_role_arn       = aws_iam_role.start_execution.arn
  undelivered_queue_arn = aws_sqs_queue.undelivered.arn
}

module "route_object_deleted" {
  source = "./modules/event_route"

  name                  = "${var.name}-object-deleted"
  description           = "Removes the outputs of deleted uploads."
  pattern               = templatefile("${local.patterns}/object-deleted.pattern.json", { media_bucket = aws_s3_bucket.media.bucket })
  target_arn            = module.remove_outputs.arn
  function_name         = module.remove_outputs.function_name
  undelivered_queue_arn = aws_sqs_queue.undelivered.arn
}

module "route_execution_status" {
  source = "./modules/event_route"

  name                  = "${var.name}-execution-status"
  description           = "Records failed and redriven executions in their jobs."
  pattern               = templatefile("${local.patterns}/execution-status.pattern.json", { state_machine_arn = local.state_machine_arn })
  target_arn            = module.record_outcome.arn
  function_name         = module.record_outcome.function_name
  undelivered_queue_arn = aws_sqs_queue.undelivered.arn
}

module "route_task_stopped" {
  source = "./modules/event_route"

  name                  = "${var.name}-task-stopped"
  description           = "Fails the state of a task that stopped without reporting."
  pattern               = templatefile("${local.patterns}/task-stopped.pattern.json", { ecs_cluster = aws_ecs_cluster.tasks.arn })
  target_arn            = module.report_stopped_task.arn
  function_name         = module.report_stopped_task.function_name
  undelivered_queue_arn = aws_sqs_queue.undelivered.arn
}

module "route_job_event" {
  source = "./modules/event_route"

  name                  = "${var.name}-job-event"
  description           = "Publishes the job events of this deployment to the SNS topic."
  pattern               = templatefile("${local.patterns}/job-event.pattern.json", { execution_prefix = local.execution_prefix })
  target_arn            = aws_sns_topic.job_events.arn
  target_role_arn       = aws_iam_role.publish_job_event.arn
  undelivered_queue_arn = aws_sqs_queue.undelivered.arn
}

# Role for EventBridge to start executions: Step Functions has no resource policies.
resource "aws_iam_role" "start_execution" {
  name = "${local.regional_name}-start-execution"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "ObjectCreatedRuleOnly"
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "events.amazonaws.com" }
      Condition = {
        ArnEquals    = { "aws:SourceArn" = "arn:${local.partition}:events:${local.region}:${local.account}:rule/${var.name}-object-created" }
        StringEquals = { "aws:SourceAccount" = local.account }
      }
    }]
  })
}

resource "aws_iam_role_policy" "start_execution" {
  name = "start"
  role = aws_iam_role.start_execution.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "StartExecutions"
      Effect   = "Allow"
      Action   = ["states:StartExecution"]
      Resource = [local.state_machine_arn]
    }]
  })
}
