# Policy statements shared by several workloads.
locals {
  may = {
    read_uploads = {
      sid       = "ReadUploads"
      actions   = ["s3:GetObject", "s3:GetObjectVersion"]
      resources = ["${aws_s3_bucket.media.arn}/tenants/*"]
    }
    # Without it, S3 returns 403 instead of 404 for a deleted upload, which would look like a missing
    # permission.
    tell_missing_uploads = {
      sid       = "TellMissingUploads"
      actions   = ["s3:ListBucket"]
      resources = [aws_s3_bucket.media.arn]
    }
    # S3 requires s3:GetObject for a write or delete with If-Match.
    compare_outputs = {
      sid       = "CompareOutputs"
      actions   = ["s3:GetObject"]
      resources = ["${aws_s3_bucket.output.arn}/tenants/*"]
    }
    # The manifest of a set of which outputs are made again, and renditions that others are made of.
    read_earlier_outputs = {
      sid       = "ReadEarlierOutputs"
      actions   = ["s3:GetObjectVersion"]
      resources = ["${aws_s3_bucket.output.arn}/tenants/*"]
    }
    list_outputs = {
      sid       = "ListOutputs"
      actions   = ["s3:ListBucket"]
      resources = [aws_s3_bucket.output.arn]
    }
    # A new version, or a delete marker over an output that the new set does not have.
    write_outputs = {
      sid       = "WriteOutputs"
      actions   = ["s3:PutObject", "s3:AbortMultipartUpload", "s3:DeleteObject"]
      resources = ["${aws_s3_bucket.output.arn}/tenants/*"]
    }
    # By the hash of their document; written once, by admission (`default`) and the API.
    read_profiles = {
      sid       = "ReadProfiles"
      actions   = ["s3:GetObject"]
      resources = ["${aws_s3_bucket.output.arn}/profiles/*"]
    }
    store_profiles = {
      sid       = "StoreProfiles"
      actions   = ["s3:PutObject", "s3:AbortMultipartUpload"]
      resources = ["${aws_s3_bucket.output.arn}/profiles/*"]
    }
    # By tenant and the hash of the image; written once, by the API.
    read_watermarks = {
      sid       = "ReadWatermarks"
      actions   = ["s3:GetObject"]
      resources = ["${aws_s3_bucket.output.arn}/watermarks/*"]
    }
    # The version that the deployment names, if it has any.
    read_managed_profiles = {
      sid       = "ReadManagedProfiles"
      actions   = ["s3:GetObjectVersion"]
      resources = ["${aws_s3_bucket.output.arn}/managed-profiles.json"]
    }
    # By version ID: versions that the workload itself wrote.
    withdraw_outputs = {
      sid       = "WithdrawOutputs"
      actions   = ["s3:DeleteObjectVersion"]
      resources = ["${aws_s3_bucket.output.arn}/tenants/*"]
    }
    list_output_versions = {
      sid       = "ListOutputVersions"
      actions   = ["s3:ListBucketVersions"]
      resources = [aws_s3_bucket.output.arn]
    }
    # By version ID; the metadata of a version names its job.
    remove_outputs = {
      sid       = "RemoveOutputs"
      actions   = ["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:GetObjectVersion"]
      resources = ["${aws_s3_bucket.output.arn}/tenants/*"]
    }
    # And the manifest of a set that stays, because outputs of it could not be made again.
    remove_outputs_of_jobs = {
      sid       = "RemoveOutputs"
      actions   = ["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:GetObject", "s3:GetObjectVersion"]
      resources = ["${aws_s3_bucket.output.arn}/tenants/*"]
    }
    remove_work = {
      sid       = "RemoveIntermediateFiles"
      actions   = ["s3:DeleteObject", "s3:DeleteObjectVersion"]
      resources = ["${aws_s3_bucket.output.arn}/intermediate/*"]
    }
    announce = {
      sid        = "AnnounceOutcome"
      actions    = ["events:PutEvents"]
      resources  = ["arn:${local.partition}:events:${local.region}:${local.account}:event-bus/default"]
      conditions = { StringEquals = { "events:source" = ["media-pipeline"] } }
    }
    dead_letter = {
      sid       = "SendDeadLetter"
      actions   = ["sqs:SendMessage"]
      resources = [aws_sqs_queue.dead_letters.arn]
    }
    # Whoever gives back a slot hands it to the next in line: core/queue/hand-over.ts.
    hand_over_slots = {
      sid       = "HandOverSlots"
      actions   = ["dynamodb:Query", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"]
      resources = [aws_dynamodb_table.queue.arn]
    }
    enter_the_line = {
      sid       = "EnterTheLine"
      actions   = ["dynamodb:GetItem", "dynamodb:BatchWriteItem"]
      resources = [aws_dynamodb_table.queue.arn]
    }
    # The waiting job, which is another execution.
    tell_waiting_jobs = {
      sid       = "TellWaitingJobs"
      actions   = ["states:SendTaskSuccess", "states:SendTaskFailure"]
      resources = ["*"]
    }
    fail_task = {
      sid       = "FailTask"
      actions   = ["states:SendTaskFailure"]
      resources = ["*"]
    }
    # A task token does not identify a state machine, so these actions have no resource ARN:
    # https://docs.aws.amazon.com/step-functions/latest/dg/concept-create-iam-advanced.html
    report_task = {
      sid       = "ReportTask"
      actions   = ["states:SendTaskSuccess", "states:SendTaskFailure", "states:SendTaskHeartbeat"]
      resources = ["*"]
    }
  }

  # KMS actions through the services that use the key. DynamoDB and S3 require Decrypt for reads; S3 and
  # SQS require GenerateDataKey for writes, and S3 also Decrypt for multipart uploads.
  key = {
    read  = ["kms:Decrypt"]
    write = ["kms:GenerateDataKey", "kms:Decrypt"]
  }
}
