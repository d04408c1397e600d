resource "aws_xray_group" "pipeline" {
  group_name        = var.name
  filter_expression = "annotation.Application = \"${var.name}\" OR service(\"${var.name}\")"

  insights_configuration {
    insights_enabled = false
  }
}

# One trace per second, plus a percentage of the rest: X-Ray bills each trace.
resource "aws_xray_sampling_rule" "pipeline" {
  rule_name      = substr(var.name, 0, 32)
  priority       = 1000
  version        = 1
  reservoir_size = 1
  fixed_rate     = var.trace_percent / 100
  url_path       = "*"
  host           = "*"
  http_method    = "*"
  service_name   = "${var.name}*"
  service_type   = "*"
  resource_arn   = "*"
}
