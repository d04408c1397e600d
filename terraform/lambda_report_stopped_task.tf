module "report_stopped_task" {
  source = "./modules/lambda_function"

  name                 = "report-stopped-task"
  description          = "Fails the state of a task that stopped without reporting"
  workload             = local.workload
  package_directory    = local.packages
  architecture         = var.lambda_architecture
  memory               = lookup(var.function_memory, "report-stopped-task", 256)
  timeout              = 30
  reserved_concurrency = lookup(var.reserved_concurrency, "report-stopped-task", local.product.concurrency["report-stopped-task"])
  failed_event_queues  = [aws_sqs_queue.undelivered.arn]
  setting_names        = local.product.settings["report-stopped-task"]

  permissions = [
    local.may.fail_task,
  ]
}
