resource "aws_apigatewayv2_api" "http" {
  name          = var.name
  description   = "Jobs, retry, cancellation, statistics and uploads"
  protocol_type = "HTTP"

  dynamic "cors_configuration" {
    for_each = length(var.upload_origins) > 0 ? [var.upload_origins] : []
    content {
      allow_origins = cors_configuration.value
      allow_methods = ["GET", "POST", "DELETE"]
      allow_headers = ["authorization", "content-type", "if-none-match"]
      # For retries and conditional requests.
      expose_headers = ["etag", "retry-after"]
      max_age        = 3600
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
}

# A single route: the function routes its paths (and describes them as OpenAPI), and no path can lack an
# authorizer.
resource "aws_apigatewayv2_route" "everything" {
  api_id             = aws_apigatewayv2_api.http.id
  route_key          = "$default"
  target             = "integrations/${aws_apigatewayv2_integration.serve_api.id}"
  authorization_type = var.api_jwt == null ? "AWS_IAM" : "JWT"
  authorizer_id      = one(aws_apigatewayv2_authorizer.jwt[*].id)
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
