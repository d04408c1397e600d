# Parts of incomplete multipart uploads are billed but not listed; no upload takes longer than a day.
resource "aws_s3_bucket_lifecycle_configuration" "this" {
  for_each = local.buckets

  bucket = each.value.id

  rule {
    id     = "abort-abandoned-uploads"
    status = "Enabled"
    filter {}
    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }
  }

  rule {
    id     = "expire-old-versions"
    status = "Enabled"
    filter {}
    noncurrent_version_expiration {
      noncurrent_days = var.noncurrent_version_days
    }
    expiration {
      expired_object_delete_marker = true
    }
  }

  dynamic "rule" {
    # Previews of profiles are seen once. Intermediate files of a failed job are needed as long as a redrive is possible: 14 days. Reports of
    # backfills go with their executions: after 90 days.
    for_each = each.key == "output" ? { intermediate-files = ["intermediate/", 15], backfill-reports = ["backfills/", 90], previews = ["previews/", 1] } : {}
    content {
      id     = "expire-${rule.key}"
      status = "Enabled"
      filter {
        prefix = rule.value[0]
      }
      expiration {
        days = rule.value[1]
      }
      dynamic "noncurrent_version_expiration" {
        # They are copies of uploads, which somebody may have deleted.
        for_each = rule.key == "previews" ? [1] : []
        content {
          noncurrent_days = noncurrent_version_expiration.value
        }
      }
    }
  }

  dynamic "rule" {
    # Deleting an upload, by hand or by expiration, also removes its outputs (lambdas/remove-outputs).
    for_each = lookup({ media = var.upload_expiration_days, logs = var.log_retention_days }, each.key, null)[*]
    content {
      id     = "expire"
      status = "Enabled"
      filter {}
      expiration {
        days = rule.value
      }
    }
  }

  depends_on = [aws_s3_bucket_versioning.this]
}
