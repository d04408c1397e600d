locals {
  kinds = local.product.kinds

  # Widgets in reading order, two per row: results, problems, infrastructure.
  widgets = [
    { title = "Published by kind", stat = "Sum", metrics = [for kind in local.kinds : [var.name, "Published", "service", "media-pipeline", "Kind", kind]] },
    { title = "Rejected, failed and cancelled", stat = "Sum", metrics = [for pair in setproduct(["Rejected", "Failed", "Cancelled"], local.kinds) : [var.name, pair[0], "service", "media-pipeline", "Kind", pair[1]]] },
    { title = "Processing time, p95 s", stat = "p95", metrics = [for kind in local.kinds : [var.name, "WorkSeconds", "service", "media-pipeline", "Kind", kind]] },
    { title = "Age of the oldest running job, s", stat = "Maximum", metrics = [[var.name, "OldestRunningSeconds", "service", "media-pipeline"]] },
    { title = "Messages that need an operator", stat = "Maximum", metrics = [for queue in [aws_sqs_queue.dead_letters.name, aws_sqs_queue.undelivered.name] : ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", queue]] },
    { title = "Executions", stat = "Sum", metrics = [for metric in ["ExecutionsStarted", "ExecutionsSucceeded", "ExecutionsFailed", "ExecutionsTimedOut", "ExecutionsAborted", "ExecutionThrottled"] : ["AWS/States", metric, "StateMachineArn", aws_sfn_state_machine.media_pipeline.arn]] },
    { title = "Repairs by reconcile-jobs and reconcile-queues", stat = "Sum", metrics = [for repair in local.product.repairs : [var.name, "Reconciled-${repair}", "service", "media-pipeline"]] },
    { title = "Tasks that stopped without reporting", stat = "Sum", metrics = [for reason in local.product.stopReasons.all : [var.name, "TaskStops", "Reason", reason]] },
    { title = "Running tasks, and queues with no free slot", stat = "Maximum", metrics = [["ECS/ContainerInsights", "TaskCount", "ClusterName", aws_ecs_cluster.tasks.name], [var.name, "FullQueues", "service", "media-pipeline"]] },
    { title = "Jobs that wait for a slot, by queue", stat = "Maximum", metrics = [for queue in local.product.queues : [var.name, "QueueWaiting", "service", "media-pipeline", "Queue", queue]] },
    { title = "Longest wait for a slot, by queue, s", stat = "Maximum", metrics = [for queue in local.product.queues : [var.name, "QueueOldestSeconds", "service", "media-pipeline", "Queue", queue]] },
    { title = "Function errors", stat = "Sum", metrics = [for name in sort(keys(local.functions)) : ["AWS/Lambda", "Errors", "FunctionName", name]] },
    { title = "Function duration, p95 ms", stat = "p95", metrics = [for name in sort(keys(local.functions)) : ["AWS/Lambda", "Duration", "FunctionName", name]] },
    { title = "Function concurrency and throttles", stat = "Maximum", metrics = [for pair in setproduct(["ConcurrentExecutions", "Throttles"], sort(keys(local.functions))) : ["AWS/Lambda", pair[0], "FunctionName", pair[1]]] },
    { title = "API requests and errors", stat = "Sum", metrics = [for metric in ["Count", "4xx", "5xx"] : ["AWS/ApiGateway", metric, "ApiId", aws_apigatewayv2_api.http.id, "Stage", "$default"]] },
    { title = "API latency, p95 ms", stat = "p95", metrics = [["AWS/ApiGateway", "Latency", "ApiId", aws_apigatewayv2_api.http.id, "Stage", "$default"]] },
    { title = "Undelivered events", stat = "Sum", metrics = [for rule in local.rule_names : ["AWS/Events", "InvocationsSentToDlq", "RuleName", rule]] },
  ]
}

resource "aws_cloudwatch_dashboard" "operations" {
  # Dashboards are global in an account:
  # https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html
  dashboard_name = local.regional_name
  dashboard_body = jsonencode({
    widgets = [for index, widget in local.widgets : {
      type   = "metric"
      x      = index % 2 * 12
      y      = floor(index / 2) * 6
      width  = 12
      height = 6
      properties = {
        title   = widget.title
        region  = local.region
        stat    = widget.stat
        period  = 300
        view    = "timeSeries"
        metrics = widget.metrics
      }
    }]
  })
}

resource "aws_cloudwatch_query_definition" "by_tenant" {
  name            = "${var.name}/outcomes by tenant"
  log_group_names = sort([for function in values(local.functions) : function.log_group_name])
  query_string    = <<-EOT
    filter ispresent(tenantId) and (ispresent(Published) or ispresent(Rejected) or ispresent(Failed))
    | stats sum(Published) as published, sum(Rejected) as rejected, sum(Failed) as failed by tenantId
    | sort failed desc
  EOT
}
