locals {
  # All buckets, for common settings.
  buckets = merge(
    { media = aws_s3_bucket.media, output = aws_s3_bucket.output, logs = aws_s3_bucket.logs },
    { for bucket in aws_s3_bucket.console : "console" => bucket },
  )
  keyed_buckets = { media = aws_s3_bucket.media, output = aws_s3_bucket.output }
}

# Uploads.
resource "aws_s3_bucket" "media" {
  #checkov:skip=CKV_AWS_144:Replication of uploads doubles the storage; add it if required.
  bucket        = "${local.bucket_prefix}-media"
  force_destroy = !local.protect_data
}

# Outputs, in a separate bucket, so that no output can start an execution.
resource "aws_s3_bucket" "output" {
  #checkov:skip=CKV_AWS_144:Outputs can be regenerated from the uploads.
  #checkov:skip=CKV2_AWS_62:Outputs must not start an execution.
  bucket        = "${local.bucket_prefix}-output"
  force_destroy = !local.protect_data
}

# Access logs.
resource "aws_s3_bucket" "logs" {
  #checkov:skip=CKV_AWS_18:Logging to itself would never end.
  #checkov:skip=CKV_AWS_144:Access logs need no second copy.
  #checkov:skip=CKV_AWS_145:S3 log delivery requires SSE-S3.
  #checkov:skip=CKV2_AWS_62:Nothing reacts to access logs.
  bucket        = "${local.bucket_prefix}-logs"
  force_destroy = !local.protect_data
}

resource "aws_s3_bucket_public_access_block" "this" {
  for_each = local.buckets

  bucket                  = each.value.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "this" {
  for_each = local.buckets

  bucket = each.value.id
  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_versioning" "this" {
  for_each = local.buckets

  bucket = each.value.id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "keyed" {
  for_each = local.keyed_buckets

  bucket = each.value.id
  rule {
    # Fewer KMS requests: a bucket-level key instead of one request per object.
    bucket_key_enabled = true
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.data.arn
    }
  }
}

# SSE-S3: S3 log delivery requires it, and CloudFront reads the console without KMS permissions.
resource "aws_s3_bucket_server_side_encryption_configuration" "unkeyed" {
  for_each = { for name, bucket in local.buckets : name => bucket if !contains(keys(local.keyed_buckets), name) }

  bucket = each.value.id
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_logging" "this" {
  for_each = { for name, bucket in local.buckets : name => bucket if name != "logs" }

  bucket        = each.value.id
  target_bucket = aws_s3_bucket.logs.id
  target_prefix = "${each.key}/"

  depends_on = [aws_s3_bucket_policy.this["logs"]]
}

resource "aws_s3_bucket_notification" "media" {
  bucket      = aws_s3_bucket.media.id
  eventbridge = true
}

resource "aws_s3_bucket_cors_configuration" "media" {
  count = length(var.upload_origins) > 0 || var.console != null ? 1 : 0

  bucket = aws_s3_bucket.media.id
  cors_rule {
    allowed_methods = ["GET", "HEAD", "PUT", "POST"]
    allowed_origins = local.web_origins
    allowed_headers = ["content-type", "x-amz-*"]
    expose_headers  = ["etag"]
    max_age_seconds = 3600
  }
}

resource "aws_s3_bucket_cors_configuration" "output" {
  count = length(var.upload_origins) > 0 || var.console != null ? 1 : 0

  bucket = aws_s3_bucket.output.id
  cors_rule {
    allowed_methods = ["GET", "HEAD"]
    allowed_origins = local.web_origins
    # Players seek with range requests.
    allowed_headers = ["range"]
    expose_headers  = ["content-range", "etag"]
    max_age_seconds = 3600
  }
}

resource "aws_s3_bucket_policy" "this" {
  for_each = local.buckets

  bucket = each.value.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [{
        Sid       = "TlsOnly"
        Effect    = "Deny"
        Principal = { AWS = "*" }
        Action    = "s3:*"
        Resource  = [each.value.arn, "${each.value.arn}/*"]
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      }],
      [for bucket in each.key == "logs" ? [each.value] : [] : {
        Sid       = "AccessLogsOfOurBuckets"
        Effect    = "Allow"
        Principal = { Service = "logging.s3.amazonaws.com" }
        Action    = "s3:PutObject"
        Resource  = "${bucket.arn}/*"
        Condition = {
          ArnLike      = { "aws:SourceArn" = [for name, source in local.buckets : source.arn if name != "logs"] }
          StringEquals = { "aws:SourceAccount" = local.account }
        }
      }],
      [for distribution in each.key == "console" ? aws_cloudfront_distribution.console : [] : {
        Sid       = "OurDistribution"
        Effect    = "Allow"
        Principal = { Service = "cloudfront.amazonaws.com" }
        Action    = "s3:GetObject"
        Resource  = "${each.value.arn}/*"
        Condition = { StringEquals = { "aws:SourceArn" = distribution.arn } }
      }],
    )
  })

  depends_on = [aws_s3_bucket_public_access_block.this]
}
