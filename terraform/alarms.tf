# Alarms for operators. Single rejected uploads do not alarm: the uploader must act.
locals {
  functions = {
    for function in [
      module.admit_upload, module.backfill_uploads, module.preview_profile, module.process_image, module.process_document, module.record_outcome, module.remove_outputs,
      module.report_stopped_task, module.reconcile_jobs, module.reconcile_queues, module.serve_api,
    ] : function.function_name => function
  }
  # In the other functions an error may be a rejected upload, which Step Functions handles; permanent
  # failures end as dead letters.
  functions_that_must_not_fail = {
    for function in [module.record_outcome, module.remove_outputs, module.report_stopped_task, module.reconcile_jobs, module.reconcile_queues, module.serve_api] :
    function.function_name => function
  }
  rule_names = [for arn in local.rule_arns : split("/", arn)[1]]
  api        = { ApiId = aws_apigatewayv2_api.http.id, Stage = aws_apigatewayv2_stage.default.name }

  # Alarms on a single metric: `stat` (Sum) greater than `above` (0) in each of `times` (1) periods of
  # `period` (300) seconds.
  alarms = merge(
    {
      dead-letters = {
        metric = ["AWS/SQS", "ApproximateNumberOfMessagesVisible"], dimensions = { QueueName = aws_sqs_queue.dead_letters.name }, stat = "Maximum", tells_ok = true
        tells  = "Jobs failed. Read the dead letters, fix the cause, then retry the jobs."
      }
      undelivered-events = {
        metric = ["AWS/SQS", "ApproximateNumberOfMessagesVisible"], dimensions = { QueueName = aws_sqs_queue.undelivered.name }, stat = "Maximum", tells_ok = true
        tells  = "Events could not be delivered. Read why with `redrive --undelivered --dry-run`, fix the cause, then run it without --dry-run."
      }
      # Most failed executions are rejected uploads; timeouts and throttling never are.
      ExecutionsTimedOut = {
        metric = ["AWS/States", "ExecutionsTimedOut"], dimensions = { StateMachineArn = aws_sfn_state_machine.media_pipeline.arn }
        tells  = "Executions exceeded the state machine's timeout. Check for hanging tasks, and for jobs that waited too long for a slot."
      }
      ExecutionThrottled = {
        metric = ["AWS/States", "ExecutionThrottled"], dimensions = { StateMachineArn = aws_sfn_state_machine.media_pipeline.arn }
        tells  = "Step Functions throttled executions. Request a higher quota, or spread the uploads over time."
      }
      backfill-failed = {
        metric = ["AWS/States", "ExecutionsFailed"], dimensions = { StateMachineArn = aws_sfn_state_machine.media_backfill.arn }
        tells  = "A backfill failed. Its execution says why; fix the cause, then redrive it, which goes on with the batches that were not done."
      }
      # Published by reconcile-jobs.
      oldest-job = {
        metric  = [var.name, "OldestRunningSeconds"], dimensions = { service = "media-pipeline" }, stat = "Maximum", above = var.oldest_job_alarm_seconds, period = 900
        missing = "breaching", tells_ok = true
        tells   = "A job has been in processing for too long: its work hangs, or it waits for a slot, of which oldest-wait tells; or reconcile-jobs, which publishes the metric, is not running."
      }
      # Published by reconcile-queues.
      oldest-wait = {
        metric  = [var.name, "OldestWaitSeconds"], dimensions = { service = "media-pipeline" }, stat = "Maximum", above = local.max_queue_wait_seconds, period = 900
        missing = "breaching", tells_ok = true
        tells   = "A job has waited for a slot for longer than MAX_QUEUE_WAIT_SECONDS, or reconcile-queues, which publishes the metric, is not running."
      }
      # Full at every look, once a minute, for an hour.
      full-queues = {
        metric = [var.name, "FullQueues"], dimensions = { service = "media-pipeline" }, stat = "Minimum", times = 12, tells_ok = true
        tells  = "All slots of a queue were taken for an hour. If jobs wait, raise its MAX_CONCURRENT_* setting, and the Fargate quota if that is lower."
      }
      api-5xx = {
        metric = ["AWS/ApiGateway", "5xx"], dimensions = local.api
        tells  = "The API returned server errors (5xx)."
      }
      api-latency = {
        metric = ["AWS/ApiGateway", "Latency"], dimensions = local.api, stat = "p95", above = 2000, times = 3
        tells  = "5% of API requests took more than two seconds."
      }
    },
    { for name in keys(local.functions_that_must_not_fail) : "${trimprefix(name, "${var.name}-")}-errors" => {
      metric = ["AWS/Lambda", "Errors"], dimensions = { FunctionName = name }
      tells  = "The function returned errors. Failed events are retried, then sent to the queue of undelivered events; callers of the API got an error."
    } },
    { for name in keys(local.functions) : "${trimprefix(name, "${var.name}-")}-throttles" => {
      metric = ["AWS/Lambda", "Throttles"], dimensions = { FunctionName = name }, times = 3
      tells  = "The function was throttled at its concurrency limit; callers wait and retry."
    } },
    { for name, function in local.functions : "${trimprefix(name, "${var.name}-")}-duration" => {
      metric = ["AWS/Lambda", "Duration"], dimensions = { FunctionName = name }, stat = "Maximum", above = function.timeout * 900
      tells  = "An invocation took more than 90% of the function's timeout."
    } },
    # Spot interruptions are expected; reasons that retries do not fix alarm.
    { for reason in local.product.stopReasons.alarming : "task-${reason}" => {
      metric = [var.name, "TaskStops"], dimensions = { Reason = reason }
      tells  = "Tasks stopped for this reason. Raise memory or storage, or fix the permission, image or setting named in the log."
    } },
  )
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = each.value.tells
  namespace           = each.value.metric[0]
  metric_name         = each.value.metric[1]
  dimensions          = each.value.dimensions
  statistic           = startswith(try(each.value.stat, "Sum"), "p") ? null : try(each.value.stat, "Sum")
  extended_statistic  = startswith(try(each.value.stat, "Sum"), "p") ? each.value.stat : null
  period              = try(each.value.period, 300)
  evaluation_periods  = try(each.value.times, 1)
  datapoints_to_alarm = try(each.value.times, 1)
  comparison_operator = "GreaterThanThreshold"
  threshold           = try(each.value.above, 0)
  treat_missing_data  = try(each.value.missing, "notBreaching")
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = try(each.value.tells_ok, false) ? [aws_sns_topic.alarms.arn] : []
}

resource "aws_cloudwatch_metric_alarm" "rejections" {
  alarm_name          = "${var.name}-rejection-rate"
  alarm_description   = "More than half of at least 20 uploads in 15 minutes were rejected. Check for a faulty client or a limit that is too low."
  comparison_operator = "GreaterThanThreshold"
  threshold           = 50
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]

  metric_query {
    id          = "rate"
    label       = "Rejected, percent"
    expression  = "IF(refused + published >= 20, 100 * refused / (refused + published), 0)"
    return_data = true
  }
  dynamic "metric_query" {
    for_each = { refused = "Rejected", published = "Published" }
    content {
      id         = metric_query.key
      expression = "SUM([${join(", ", [for kind in local.kinds : "FILL(${metric_query.key}_${lower(kind)}, 0)"])}])"
    }
  }
  dynamic "metric_query" {
    for_each = { for pair in setproduct(["refused", "published"], local.kinds) : "${pair[0]}_${lower(pair[1])}" => { metric = pair[0] == "refused" ? "Rejected" : "Published", kind = pair[1] } }
    content {
      id = metric_query.key
      metric {
        namespace   = var.name
        metric_name = metric_query.value.metric
        dimensions  = { service = "media-pipeline", Kind = metric_query.value.kind }
        period      = 900
        stat        = "Sum"
      }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "undelivered" {
  for_each = toset(local.rule_names)

  alarm_name          = "${each.key}-undelivered"
  alarm_description   = "EventBridge could not deliver events of this rule: it sent them to the queue of undelivered events, or failed to."
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]

  metric_query {
    id          = "lost"
    label       = "Undelivered"
    expression  = "FILL(kept, 0) + FILL(dropped, 0)"
    return_data = true
  }
  dynamic "metric_query" {
    for_each = { kept = "InvocationsSentToDlq", dropped = "InvocationsFailedToBeSentToDlq" }
    content {
      id = metric_query.key
      metric {
        namespace   = "AWS/Events"
        metric_name = metric_query.value
        dimensions  = { RuleName = each.key }
        period      = 300
        stat        = "Sum"
      }
    }
  }
}

# Tasks that stopped without reporting, by the reason that report-stopped-task found.
resource "aws_cloudwatch_log_metric_filter" "task_stops" {
  name           = "task-stops"
  log_group_name = module.report_stopped_task.log_group_name
  pattern        = "{ $.message = \"stopped task reported\" }"

  metric_transformation {
    namespace  = var.name
    name       = "TaskStops"
    value      = "1"
    dimensions = { Reason = "$.error" }
  }
}
