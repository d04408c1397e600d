module "transcode_video" {
  source = "./modules/fargate_task"

  name           = "transcode-video"
  workload       = local.workload
  image          = "${aws_ecr_repository.image["media"].repository_url}:${local.images.media}"
  repository_arn = aws_ecr_repository.image["media"].arn
  architecture   = var.task_architecture
  size           = local.task_sizes["transcode-video"]
  setting_names  = local.product.settings["transcode-video"]

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
    local.may.enter_the_line,
    local.may.report_task,
    local.may.list_output_versions,
    local.may.remove_work,
    # What the tasks of one film pass on to each other: core/outputs/intermediate-files.ts.
    {
      sid       = "PassOnFiles"
      actions   = ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject", "s3:AbortMultipartUpload"]
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
