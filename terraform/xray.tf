resource "aws_xray_group" "pipeline" {
  group_name = var.name
  # The state machines and the functions by name, which X-Ray gives their segments: no annotation names the
  # deployment. Exactly, since another deployment's name may begin with this one.
  filter_expression = join(" OR ", [for name in concat([var.name, "${var.name}-backfill"], sort(keys(local.functions))) : "service(\"${name}\")"])

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
  # Exactly, since another deployment's name may begin with this one.
  service_name = var.name
  service_type = "*"
  resource_arn = "*"
}
