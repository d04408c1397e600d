module "convert_office_document" {
  source = "./modules/fargate_task"

  name           = "convert-office-document"
  workload       = local.workload
  image          = "${aws_ecr_repository.image["office"].repository_url}:${local.images.office}"
  repository_arn = aws_ecr_repository.image["office"].arn
  architecture   = var.task_architecture
  size           = local.task_sizes["convert-office-document"]
  setting_names  = local.product.settings["convert-office-document"]

  permissions = [
    local.may.read_uploads,
    local.may.tell_missing_uploads,
    local.may.hand_over_slots,
    local.may.enter_the_line,
    local.may.report_task,
    {
      sid       = "WriteConvertedDocuments"
      actions   = ["s3:PutObject", "s3:AbortMultipartUpload"]
      resources = ["${aws_s3_bucket.output.arn}/intermediate/*"]
    },
    {
      sid       = "WriteProgress"
      actions   = ["dynamodb:GetItem", "dynamodb:UpdateItem"]
      resources = [aws_dynamodb_table.jobs.arn]
    },
  ]

  key_use = { s3 = local.key.write, dynamodb = local.key.read }
}
