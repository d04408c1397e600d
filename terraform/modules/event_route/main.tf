terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

resource "aws_cloudwatch_event_rule" "this" {
  name          = var.name
  description   = var.description
  event_pattern = var.pattern
}

resource "aws_cloudwatch_event_target" "this" {
  rule     = aws_cloudwatch_event_rule.this.name
  arn      = var.target_arn
  role_arn = var.target_role_arn

  # EventBridge gives up after this time, or at once without permission; both send the event to the
  # dead-letter queue.
  retry_policy {
    maximum_event_age_in_seconds = var.maximum_age
    maximum_retry_attempts       = 185
  }

  dead_letter_config {
    arn = var.undelivered_queue_arn
  }
}

resource "aws_lambda_permission" "this" {
  for_each = toset(var.function_name[*])

  statement_id  = "EventBridge-${var.name}"
  action        = "lambda:InvokeFunction"
  function_name = each.key
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.this.arn
}
