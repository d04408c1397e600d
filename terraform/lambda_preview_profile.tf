module "preview_profile" {
  source = "./modules/lambda_function"

  name              = "preview-profile"
  description       = "Makes of one image what a profile asks for, for an operator to look at"
  workload          = local.workload
  package_directory = local.packages
  architecture      = var.lambda_architecture
  memory            = lookup(var.function_memory, "preview-profile", 3008)
  # serve-api, which waits for it, gives up after 25.
  timeout              = 26
  reserved_concurrency = lookup(var.reserved_concurrency, "preview-profile", local.product.concurrency["preview-profile"])
  # As process-image.
  storage       = max(512, ceil(local.limits.MAX_IMAGE_BYTES / pow(1024, 2)) + 256)
  environment   = { VIPS_BLOCK_UNTRUSTED = "1" }
  setting_names = local.product.settings["preview-profile"]

  permissions = [
    local.may.read_uploads,
    local.may.tell_missing_uploads,
    local.may.read_watermarks,
    {
      # No outputs, and no job: it has no access to either.
      sid       = "WritePreviews"
      actions   = ["s3:PutObject", "s3:AbortMultipartUpload"]
      resources = ["${aws_s3_bucket.output.arn}/previews/*"]
    },
  ]

  key_use = { s3 = local.key.write }
}
