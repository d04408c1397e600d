module "process_document" {
  source = "./modules/lambda_function"

  name                 = "process-document"
  description          = "Renders page images and extracts text from a document"
  workload             = local.workload
  package_directory    = local.packages
  architecture         = var.lambda_architecture
  memory               = lookup(var.function_memory, "process-document", 3008)
  timeout              = local.product.timeouts["process-document"]
  reserved_concurrency = lookup(var.reserved_concurrency, "process-document", local.product.concurrency["process-document"])
  # The upload, its pages and texts.
  storage       = min(10240, max(2048, 2 * ceil(local.limits.MAX_DOCUMENT_BYTES / pow(1024, 2)) + 1024))
  setting_names = local.product.settings["process-document"]

  permissions = [
    local.may.read_uploads,
    local.may.tell_missing_uploads,
    local.may.list_outputs,
    local.may.read_profiles,
    local.may.compare_outputs,
    local.may.read_earlier_outputs,
    local.may.write_outputs,
    local.may.withdraw_outputs,
    local.may.hand_over_slots,
    local.may.tell_waiting_jobs,
    {
      sid       = "ReadConvertedDocuments"
      actions   = ["s3:GetObject", "s3:GetObjectVersion"]
      resources = ["${aws_s3_bucket.output.arn}/intermediate/*"]
    },
    {
      sid       = "ClaimJobs"
      actions   = ["dynamodb:GetItem", "dynamodb:UpdateItem"]
      resources = [aws_dynamodb_table.jobs.arn]
    },
  ]

  key_use = { s3 = local.key.write, dynamodb = local.key.read }
}
