module "process_image" {
  source = "./modules/lambda_function"

  name                 = "process-image"
  description          = "Creates thumbnails and web-ready renditions of an image"
  workload             = local.workload
  package_directory    = local.packages
  architecture         = var.lambda_architecture
  memory               = lookup(var.function_memory, "process-image", 3008)
  timeout              = 290
  reserved_concurrency = lookup(var.reserved_concurrency, "process-image", local.product.concurrency["process-image"])
  # The upload, and room for what libvips swaps out.
  storage       = max(512, ceil(local.limits.MAX_IMAGE_BYTES / pow(1024, 2)) + 256)
  environment   = { VIPS_BLOCK_UNTRUSTED = "1" }
  setting_names = local.product.settings["process-image"]

  permissions = [
    local.may.read_uploads,
    local.may.tell_missing_uploads,
    local.may.list_outputs,
    local.may.read_profiles,
    local.may.read_watermarks,
    local.may.compare_outputs,
    local.may.read_earlier_outputs,
    local.may.write_outputs,
    local.may.withdraw_outputs,
    local.may.hand_over_slots,
    local.may.tell_waiting_jobs,
    {
      sid       = "ClaimJobs"
      actions   = ["dynamodb:GetItem", "dynamodb:UpdateItem"]
      resources = [aws_dynamodb_table.jobs.arn]
    },
  ]

  key_use = { s3 = local.key.write, dynamodb = local.key.read }
}
