resource "aws_budgets_budget" "monthly" {
  count = var.monthly_budget_usd == null ? 0 : 1

  name         = local.regional_name
  budget_type  = "COST"
  time_unit    = "MONTHLY"
  limit_unit   = "USD"
  limit_amount = tostring(var.monthly_budget_usd)

  cost_filter {
    name   = "TagKeyValue"
    values = [join("$", ["user:Application", var.name])]
  }

  # A deployment of the same name elsewhere has a budget of its own. CloudFront's costs have no region and
  # are left out.
  cost_filter {
    name   = "Region"
    values = [local.region]
  }

  dynamic "notification" {
    for_each = { FORECASTED = 80, ACTUAL = 100 }
    content {
      notification_type         = notification.key
      comparison_operator       = "GREATER_THAN"
      threshold                 = notification.value
      threshold_type            = "PERCENTAGE"
      subscriber_sns_topic_arns = [aws_sns_topic.alarms.arn]
    }
  }
}
