# What an operator wants to be told on day one. Rejected uploads are the uploaders' business and never alarm.
locals {
  functions = {
    for function in [
      module.admit_upload, module.process_image, module.process_document, module.record_outcome, module.remove_outputs,
      module.report_stopped_task, module.reconcile_jobs, module.serve_api,
    ] : function.function_name => function
  }
  # In the other functions an error may be a refused upload, which Step Functions matches on; what fails for good ends as a dead letter.
  functions_that_must_not_fail = {
    for function in [module.record_outcome, module.remove_outputs, module.report_stopped_task, module.reconcile_jobs, module.serve_api] :
    function.function_name => function
  }
  rule_names = [for arn in local.rule_arns : split("/", arn)[1]]
}

resource "aws_cloudwatch_metric_alarm" "queue" {
  for_each = {
    dead-letters       = { queue = aws_sqs_queue.dead_letters.name, tells = "Jobs failed. Read the messages, mend the cause, retry the jobs." }
    undelivered-events = { queue = aws_sqs_queue.undelivered.name, tells = "Events reached no target. Read the messages; send them again once the cause is mended." }
  }

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = each.value.tells
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = each.value.queue }
  statistic           = "Maximum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

# An execution that fails is mostly a refused upload; one that times out or is throttled never is.
resource "aws_cloudwatch_metric_alarm" "state_machine" {
  for_each = {
    ExecutionsTimedOut = "Executions ran into the state machine's own time-out: look for tasks that hang."
    ExecutionThrottled = "Step Functions throttles: ask for a higher limit, or spread the uploads."
  }

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = each.value
  namespace           = "AWS/States"
  metric_name         = each.key
  dimensions          = { StateMachineArn = aws_sfn_state_machine.media_pipeline.arn }
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
}

# core/metrics.ts and reconcile-jobs write these.
resource "aws_cloudwatch_metric_alarm" "oldest_job" {
  alarm_name          = "${var.name}-oldest-job"
  alarm_description   = "A job has been running for very long, or reconcile-jobs, which measures it, no longer runs."
  namespace           = var.name
  metric_name         = "OldestRunningSeconds"
  dimensions          = { service = "media-pipeline" }
  statistic           = "Maximum"
  period              = 900
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = var.oldest_job_alarm_seconds
  treat_missing_data  = "breaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "rejections" {
  alarm_name          = "${var.name}-rejection-rate"
  alarm_description   = "More than half of at least 20 uploads in 15 minutes were refused: a client is broken, or we are."
  comparison_operator = "GreaterThanThreshold"
  threshold           = 50
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]

  metric_query {
    id          = "rate"
    label       = "Refused, percent"
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

resource "aws_cloudwatch_metric_alarm" "function_errors" {
  for_each = local.functions_that_must_not_fail

  alarm_name          = "${each.key}-errors"
  alarm_description   = "The function fails; its events are retried and then kept in the queue of undelivered events."
  namespace           = "AWS/Lambda"
  metric_name         = "Errors"
  dimensions          = { FunctionName = each.key }
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "function_throttles" {
  for_each = local.functions

  alarm_name          = "${each.key}-throttles"
  alarm_description   = "The function's reserved concurrency is used up; callers wait and retry."
  namespace           = "AWS/Lambda"
  metric_name         = "Throttles"
  dimensions          = { FunctionName = each.key }
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 3
  datapoints_to_alarm = 3
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "function_duration" {
  for_each = local.functions

  alarm_name          = "${each.key}-duration"
  alarm_description   = "An invocation took more than nine tenths of the time that it may take."
  namespace           = "AWS/Lambda"
  metric_name         = "Duration"
  dimensions          = { FunctionName = each.key }
  statistic           = "Maximum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.timeout * 900
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "api_errors" {
  alarm_name          = "${var.name}-api-5xx"
  alarm_description   = "The API answers with server errors."
  namespace           = "AWS/ApiGateway"
  metric_name         = "5xx"
  dimensions          = { ApiId = aws_apigatewayv2_api.http.id, Stage = aws_apigatewayv2_stage.default.name }
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "api_latency" {
  alarm_name          = "${var.name}-api-latency"
  alarm_description   = "One request in twenty to the API takes more than two seconds."
  namespace           = "AWS/ApiGateway"
  metric_name         = "Latency"
  dimensions          = { ApiId = aws_apigatewayv2_api.http.id, Stage = aws_apigatewayv2_stage.default.name }
  extended_statistic  = "p95"
  period              = 300
  evaluation_periods  = 3
  comparison_operator = "GreaterThanThreshold"
  threshold           = 2000
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "undelivered" {
  for_each = toset(local.rule_names)

  alarm_name          = "${each.key}-undelivered"
  alarm_description   = "EventBridge gave events of this rule to the queue of undelivered events, or could not even do that."
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

# Tasks that died without a word, by the reason that report-stopped-task found.
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

resource "aws_cloudwatch_metric_alarm" "task_stops" {
  # Interruptions by Spot are part of its price; these are not.
  for_each = toset(["OutOfMemory", "OutOfDisk", "AccessDenied", "MissingResource"])

  alarm_name          = "${var.name}-task-${each.key}"
  alarm_description   = "Tasks stop for this reason: give them more, or mend the permission, image or setting that the log names."
  namespace           = var.name
  metric_name         = "TaskStops"
  dimensions          = { Reason = each.key }
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
}
