module "record_outcome" {
  source = "./modules/lambda_function"

  name                 = "record-outcome"
  description          = "Records the end of an execution in its job and announces it"
  workload             = local.workload
  package_directory    = local.packages
  architecture         = var.lambda_architecture
  memory               = lookup(var.function_memory, "record-outcome", 512)
  timeout              = 60
  reserved_concurrency = lookup(var.reserved_concurrency, "record-outcome", local.product.concurrency["record-outcome"])
  failed_event_queues  = [aws_sqs_queue.undelivered.arn]
  setting_names        = local.product.settings["record-outcome"]

  permissions = [
    local.may.list_outputs,
    local.may.list_output_versions,
    local.may.remove_outputs_of_jobs,
    local.may.remove_work,
    local.may.announce,
    local.may.dead_letter,
    local.may.hand_over_slots,
    local.may.tell_waiting_jobs,
    {
      sid       = "WriteJobs"
      actions   = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"]
      resources = [aws_dynamodb_table.jobs.arn]
    },
    {
      sid       = "ReadExecutions"
      actions   = ["states:DescribeExecution", "states:GetExecutionHistory"]
      resources = [local.execution_arns]
    },
  ]

  key_use = { dynamodb = local.key.read, s3 = local.key.read, sqs = local.key.write }
}
