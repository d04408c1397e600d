module "remove_outputs" {
  source = "./modules/lambda_function"

  name                 = "remove-outputs"
  description          = "Removes the outputs of a deleted upload"
  workload             = local.workload
  package_directory    = local.packages
  architecture         = var.lambda_architecture
  memory               = lookup(var.function_memory, "remove-outputs", 512)
  timeout              = 60
  reserved_concurrency = lookup(var.reserved_concurrency, "remove-outputs", local.product.concurrency["remove-outputs"])
  failed_event_queues  = [aws_sqs_queue.undelivered.arn]
  setting_names        = local.product.settings["remove-outputs"]

  permissions = [
    {
      # After a permanent deletion, to see which version of the upload is current.
      sid       = "SeeUploads"
      actions   = ["s3:GetObject"]
      resources = ["${aws_s3_bucket.media.arn}/tenants/*"]
    },
    local.may.tell_missing_uploads,
    local.may.list_output_versions,
    local.may.remove_outputs,
    local.may.remove_work,
    {
      sid       = "WriteJobs"
      actions   = ["dynamodb:GetItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"]
      resources = [aws_dynamodb_table.jobs.arn]
    },
    {
      sid       = "RestartExecutions"
      actions   = ["states:StartExecution"]
      resources = [local.state_machine_arn]
    },
    {
      sid       = "StopExecutions"
      actions   = ["states:StopExecution"]
      resources = [local.execution_arns]
    },
  ]

  key_use = { dynamodb = local.key.read, s3 = local.key.read }
}
