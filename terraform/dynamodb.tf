# Job rows, upload ledger and stem claims. core/jobs/job-table.ts defines the same table for the local run;
# tests compare the two.
locals {
  job_summary = ["tenantId", "userId", "key", "size", "kind", "status", "attempt", "createdAt", "updatedAt", "finishedAt", "progress", "error", "outputCount", "expiresAt"]
  job_indexes = {
    byTenant = { hash = "tenantId", range = "createdAt", attributes = local.job_summary }
    byStatus = { hash = "status", range = "updatedAt", attributes = ["attempt", "notifiedAttempt", "outputsRemovedAt", "expiresAt"] }
    byDay    = { hash = "day", range = "createdAt", attributes = local.job_summary }
  }
}

resource "aws_dynamodb_table" "jobs" {
  name                        = "${var.name}-jobs"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "jobId"
  deletion_protection_enabled = local.protect_data

  dynamic "attribute" {
    for_each = ["jobId", "tenantId", "createdAt", "status", "updatedAt", "day"]
    content {
      name = attribute.value
      type = "S"
    }
  }

  dynamic "global_secondary_index" {
    for_each = local.job_indexes
    content {
      name               = global_secondary_index.key
      hash_key           = global_secondary_index.value.hash
      range_key          = global_secondary_index.value.range
      projection_type    = "INCLUDE"
      non_key_attributes = [for name in global_secondary_index.value.attributes : name if !contains([global_secondary_index.value.hash, global_secondary_index.value.range], name)]
    }
  }

  ttl {
    attribute_name = "expiresAt"
    enabled        = true
  }

  point_in_time_recovery {
    enabled = true
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = aws_kms_key.data.arn
  }
}

# Slots and waiting jobs. core/queue/queue-table.ts describes the items, and defines the same table for the
# local run; tests compare the two. Without point-in-time recovery: restored to an earlier moment, it would
# give the slots to executions that have ended, and hold task tokens that are no longer valid.
resource "aws_dynamodb_table" "queue" {
  #checkov:skip=CKV_AWS_28:An earlier state of the queue describes executions and task tokens that have ended.
  name                        = "${var.name}-queue"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "pk"
  range_key                   = "sk"
  deletion_protection_enabled = local.protect_data

  dynamic "attribute" {
    for_each = ["pk", "sk"]
    content {
      name = attribute.value
      type = "S"
    }
  }

  ttl {
    attribute_name = "expiresAt"
    enabled        = true
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = aws_kms_key.data.arn
  }
}
