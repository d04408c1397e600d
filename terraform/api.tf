resource "aws_apigatewayv2_api" "http" {
  name          = var.name
  description   = "Jobs, retry, cancellation, statistics and uploads"
  protocol_type = "HTTP"

  dynamic "cors_configuration" {
    for_each = length(var.upload_origins) > 0 ? [var.upload_origins] : []
    content {
      allow_origins  = cors_configuration.value
      allow_methods  = local.product.api.cors.allowMethods
      allow_headers  = local.product.api.cors.allowHeaders
      expose_headers = local.product.api.cors.exposeHeaders
      max_age        = local.product.api.cors.maxAge
    }
  }
}

resource "aws_apigatewayv2_authorizer" "jwt" {
  count = var.api_jwt == null ? 0 : 1

  api_id           = aws_apigatewayv2_api.http.id
  name             = "jwt"
  authorizer_type  = "JWT"
  identity_sources = ["$request.header.Authorization"]

  jwt_configuration {
    issuer   = var.api_jwt.issuer
    audience = var.api_jwt.audience
  }
}

resource "aws_apigatewayv2_integration" "serve_api" {
  api_id                 = aws_apigatewayv2_api.http.id
  integration_type       = "AWS_PROXY"
  integration_uri        = module.serve_api.arn
  payload_format_version = "2.0"
  timeout_milliseconds   = 30000

  lifecycle {
    precondition {
      condition     = local.api_concurrency == -1 || local.max_waiting_requests < max(local.api_concurrency, 1)
      error_message = "Expected fewer MAX_WAITING_REQUESTS (${local.max_waiting_requests}) than the reserved_concurrency of serve-api (${local.api_concurrency}), so that the API answers others while these wait."
    }
  }
}

# The function routes its paths (and describes them as OpenAPI). All but the open ones below come in by
# this route, so that no path can lack an authorizer.
resource "aws_apigatewayv2_route" "everything" {
  api_id             = aws_apigatewayv2_api.http.id
  route_key          = "$default"
  target             = "integrations/${aws_apigatewayv2_integration.serve_api.id}"
  authorization_type = var.api_jwt == null ? "AWS_IAM" : "JWT"
  authorizer_id      = one(aws_apigatewayv2_authorizer.jwt[*].id)
}

# Routes without an authorizer: those that OpenAPI calls open and, where web origins are allowed, preflight
# requests. Both have priority over $default:
# https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
locals {
  open_routes = toset(concat(local.product.api.openRoutes, length(var.upload_origins) > 0 ? [local.product.api.preflightRoute] : []))
}

resource "aws_apigatewayv2_route" "open" {
  #checkov:skip=CKV_AWS_309:Health, the OpenAPI document and preflight requests are public and return no data.
  for_each = local.open_routes

  api_id             = aws_apigatewayv2_api.http.id
  route_key          = each.key
  target             = "integrations/${aws_apigatewayv2_integration.serve_api.id}"
  authorization_type = "NONE"

  # The stage's settings of a route are removed before the route.
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_apigatewayv2_stage" "default" {
  api_id      = aws_apigatewayv2_api.http.id
  name        = "$default"
  auto_deploy = true

  default_route_settings {
    detailed_metrics_enabled = true
    throttling_rate_limit    = var.api_throttle.rate
    throttling_burst_limit   = var.api_throttle.burst
  }

  # Anonymous requests must not take the function's concurrency from callers.
  dynamic "route_settings" {
    for_each = aws_apigatewayv2_route.open
    content {
      route_key                = route_settings.value.route_key
      detailed_metrics_enabled = true
      throttling_rate_limit    = min(10, var.api_throttle.rate)
      throttling_burst_limit   = min(20, var.api_throttle.burst)
    }
  }

  # No query strings or headers: they may contain a presigned URL or a token.
  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.api.arn
    format = jsonencode({
      requestId   = "$context.requestId"
      time        = "$context.requestTime"
      method      = "$context.httpMethod"
      path        = "$context.path"
      status      = "$context.status"
      bytes       = "$context.responseLength"
      latency     = "$context.responseLatency"
      sourceIp    = "$context.identity.sourceIp"
      subject     = "$context.authorizer.claims.sub"
      userArn     = "$context.identity.userArn"
      caller      = "$context.identity.caller"
      integration = "$context.integrationErrorMessage"
      error       = "$context.error.message"
    })
  }
}

resource "aws_cloudwatch_log_group" "api" {
  name              = "/aws/vendedlogs/apigateway/${var.name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = aws_kms_key.data.arn
}

resource "aws_lambda_permission" "api" {
  statement_id  = "ApiGateway"
  action        = "lambda:InvokeFunction"
  function_name = module.serve_api.function_name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_apigatewayv2_api.http.execution_arn}/*"
}
