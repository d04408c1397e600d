module "admit_upload" {
  source = "./modules/lambda_function"

  name                 = "admit-upload"
  description          = "Turns an upload event into a job, or rejects the upload"
  workload             = local.workload
  package_directory    = local.packages
  architecture         = var.lambda_architecture
  memory               = lookup(var.function_memory, "admit-upload", 512)
  timeout              = 50
  reserved_concurrency = lookup(var.reserved_concurrency, "admit-upload", local.product.concurrency["admit-upload"])
  setting_names        = local.product.settings["admit-upload"]

  permissions = [
    local.may.read_uploads,
    local.may.read_profiles,
    local.may.store_profiles,
    local.may.read_managed_profiles,
    local.may.tell_missing_uploads,
    local.may.hand_over_slots,
    local.may.enter_the_line,
    local.may.tell_waiting_jobs,
    {
      sid       = "WriteJobs"
      actions   = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"]
      resources = [aws_dynamodb_table.jobs.arn]
    },
    {
      sid       = "StopReplacedExecutions"
      actions   = ["states:StopExecution"]
      resources = [local.execution_arns]
    },
  ]

  key_use = { s3 = local.key.write, dynamodb = local.key.read }
}
