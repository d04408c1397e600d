# Dead letters, one per failed attempt. FIFO, so that repeated notifications of an attempt are
# deduplicated.
resource "aws_sqs_queue" "dead_letters" {
  name                              = "${var.name}-dead-letters.fifo"
  fifo_queue                        = true
  content_based_deduplication       = false
  message_retention_seconds         = 1209600
  kms_master_key_id                 = aws_kms_key.data.arn
  kms_data_key_reuse_period_seconds = 3600
}

# Events that could not be delivered, or that a function failed to process after all retries. A standard
# queue: EventBridge and Lambda do not support FIFO here.
resource "aws_sqs_queue" "undelivered" {
  name                              = "${var.name}-undelivered-events"
  message_retention_seconds         = 1209600
  kms_master_key_id                 = aws_kms_key.data.arn
  kms_data_key_reuse_period_seconds = 3600
}

resource "aws_sqs_queue_policy" "dead_letters" {
  queue_url = aws_sqs_queue.dead_letters.url
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "TlsOnly"
      Effect    = "Deny"
      Principal = "*"
      Action    = "sqs:*"
      Resource  = aws_sqs_queue.dead_letters.arn
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
}

resource "aws_sqs_queue_policy" "undelivered" {
  queue_url = aws_sqs_queue.undelivered.url
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "TlsOnly"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sqs:*"
        Resource  = aws_sqs_queue.undelivered.arn
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
      {
        Sid       = "OurEventRules"
        Effect    = "Allow"
        Principal = { Service = "events.amazonaws.com" }
        Action    = "sqs:SendMessage"
        Resource  = aws_sqs_queue.undelivered.arn
        Condition = {
          ArnEquals    = { "aws:SourceArn" = local.rule_arns }
          StringEquals = { "aws:SourceAccount" = local.account }
        }
      },
    ]
  })
}
