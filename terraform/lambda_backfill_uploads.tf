module "backfill_uploads" {
  source = "./modules/lambda_function"

  name                 = "backfill-uploads"
  description          = "Decides which uploads without a job are processed, and starts them"
  workload             = local.workload
  package_directory    = local.packages
  architecture         = var.lambda_architecture
  memory               = lookup(var.function_memory, "backfill-uploads", 512)
  timeout              = 300
  reserved_concurrency = lookup(var.reserved_concurrency, "backfill-uploads", local.product.concurrency["backfill-uploads"])
  setting_names        = local.product.settings["backfill-uploads"]

  permissions = [
    local.may.read_uploads,
    local.may.tell_missing_uploads,
    local.may.list_outputs,
    {
      # Manifests.
      sid       = "ReadOutputs"
      actions   = ["s3:GetObject", "s3:GetObjectVersion"]
      resources = ["${aws_s3_bucket.output.arn}/tenants/*"]
    },
    {
      sid       = "ReportBackfills"
      actions   = ["s3:PutObject", "s3:AbortMultipartUpload"]
      resources = ["${aws_s3_bucket.output.arn}/backfills/*"]
    },
    {
      sid       = "ReadJobs"
      actions   = ["dynamodb:GetItem"]
      resources = [aws_dynamodb_table.jobs.arn]
    },
    {
      sid       = "StartExecutions"
      actions   = ["states:StartExecution"]
      resources = [local.state_machine_arn]
    },
  ]

  key_use = { s3 = local.key.write, dynamodb = local.key.read }
}
