resource "aws_cloudwatch_dashboard" "operations" {
  dashboard_name = var.name
  dashboard_body = jsonencode({ widgets = [] })
}
