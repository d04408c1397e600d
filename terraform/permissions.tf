# Statements that several workloads share, one place for each reason.
locals {
  may = {
    read_uploads = {
      sid       = "ReadUploads"
      actions   = ["s3:GetObject", "s3:GetObjectVersion"]
      resources = ["${aws_s3_bucket.media.arn}/tenants/*"]
    }
    # Without it S3 answers 403 instead of 404 for an upload that is gone, which would look like a missing permission.
    tell_missing_uploads = {
      sid       = "TellMissingUploads"
      actions   = ["s3:ListBucket"]
      resources = [aws_s3_bucket.media.arn]
    }
    # If-Match on a write compares with what is there, which S3 counts as reading.
    compare_outputs = {
      sid       = "CompareOutputs"
      actions   = ["s3:GetObject"]
      resources = ["${aws_s3_bucket.output.arn}/tenants/*"]
    }
    list_outputs = {
      sid       = "ListOutputs"
      actions   = ["s3:ListBucket"]
      resources = [aws_s3_bucket.output.arn]
    }
    write_outputs = {
      sid       = "WriteOutputs"
      actions   = ["s3:PutObject", "s3:AbortMultipartUpload"]
      resources = ["${aws_s3_bucket.output.arn}/tenants/*"]
    }
    remove_outputs = {
      sid       = "RemoveOutputs"
      actions   = ["s3:DeleteObject"]
      resources = ["${aws_s3_bucket.output.arn}/tenants/*"]
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
    fail_task = {
      sid       = "FailTask"
      actions   = ["states:SendTaskFailure"]
      resources = ["*"]
    }
    # A task token names no state machine, so these actions take no resource: https://docs.aws.amazon.com/step-functions/latest/dg/concept-create-iam-advanced.html
    report_task = {
      sid       = "ReportTask"
      actions   = ["states:SendTaskSuccess", "states:SendTaskFailure", "states:SendTaskHeartbeat"]
      resources = ["*"]
    }
  }

  # KMS actions through a service whose data the key encrypts. DynamoDB and S3 ask for Decrypt on reads; S3 and SQS for a new data key on writes,
  # and S3 for Decrypt too where the write is a multipart upload.
  key = {
    read  = ["kms:Decrypt"]
    write = ["kms:GenerateDataKey", "kms:Decrypt"]
  }
}
