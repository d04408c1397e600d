# CloudFront in front of the console's bucket.

resource "aws_cloudfront_origin_access_control" "console" {
  count = var.console == null ? 0 : 1

  name                              = "${local.regional_name}-console"
  origin_access_control_origin_type = "s3"
  signing_behavior                  = "always"
  signing_protocol                  = "sigv4"
}

resource "aws_cloudfront_response_headers_policy" "console" {
  count = var.console == null ? 0 : 1

  name = "${local.regional_name}-console"

  security_headers_config {
    content_security_policy {
      override                = true
      content_security_policy = local.console_headers["content-security-policy"]
    }
    content_type_options {
      override = true
    }
    frame_options {
      override     = true
      frame_option = "DENY"
    }
    referrer_policy {
      override        = true
      referrer_policy = "no-referrer"
    }
    strict_transport_security {
      override                   = true
      access_control_max_age_sec = 63072000
      include_subdomains         = true
    }
  }

  custom_headers_config {
    dynamic "items" {
      for_each = { for name in ["cross-origin-opener-policy", "permissions-policy"] : name => local.console_headers[name] }
      content {
        header   = items.key
        value    = items.value
        override = true
      }
    }
  }
}

# The page has client-side routing: a path without an extension is a route of the page.
resource "aws_cloudfront_function" "console" {
  count = var.console == null ? 0 : 1

  name    = "${local.regional_name}-console"
  comment = "Rewrites client-side routes to /index.html"
  runtime = "cloudfront-js-2.0"
  code    = <<-EOT
    function handler(event) {
      var request = event.request;
      if (!/\.[A-Za-z0-9]+$/.test(request.uri)) request.uri = '/index.html';
      return request;
    }
  EOT

  # CloudFront does not delete a function that a distribution uses.
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_cloudfront_distribution" "console" {
  #checkov:skip=CKV_AWS_68:Static files; the API is throttled and requires a token. A web ACL costs more than the rest of the console.
  #checkov:skip=CKV2_AWS_47:No Java, hence no Log4j, behind it.
  #checkov:skip=CKV_AWS_86:Standard logging requires a bucket with ACLs, which ours disable; S3 logs reads of the origin.
  #checkov:skip=CKV_AWS_174:Met with a custom domain; the cloudfront.net certificate has a fixed minimum.
  #checkov:skip=CKV_AWS_310:S3 is redundant within the region.
  #checkov:skip=CKV_AWS_374:Users may be in any country.
  count = var.console == null ? 0 : 1

  enabled             = true
  comment             = local.regional_name
  default_root_object = "index.html"
  http_version        = "http2and3"
  is_ipv6_enabled     = true
  price_class         = "PriceClass_100"
  aliases             = var.console.domain[*]

  origin {
    origin_id                = "bucket"
    domain_name              = aws_s3_bucket.console[0].bucket_regional_domain_name
    origin_access_control_id = aws_cloudfront_origin_access_control.console[0].id
  }

  origin {
    origin_id   = "api"
    domain_name = trimprefix(aws_apigatewayv2_api.http.api_endpoint, "https://")

    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "https-only"
      origin_ssl_protocols   = ["TLSv1.2"]
    }
  }

  default_cache_behavior {
    target_origin_id           = "bucket"
    viewer_protocol_policy     = "redirect-to-https"
    allowed_methods            = ["GET", "HEAD"]
    cached_methods             = ["GET", "HEAD"]
    compress                   = true
    cache_policy_id            = "658327ea-f89d-4fab-a63d-7e88639e58f6" # AWS's CachingOptimized
    response_headers_policy_id = aws_cloudfront_response_headers_policy.console[0].id

    function_association {
      event_type   = "viewer-request"
      function_arn = aws_cloudfront_function.console[0].arn
    }
  }

  # Authorization, If-None-Match and Accept-Encoding reach the API unchanged: the cache policy includes
  # none of them, and the origin request policy forwards all. The API compresses long responses itself,
  # and the function above does not run for these paths.
  ordered_cache_behavior {
    path_pattern             = "/api/*"
    target_origin_id         = "api"
    viewer_protocol_policy   = "https-only"
    allowed_methods          = ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"]
    cached_methods           = ["GET", "HEAD"]
    compress                 = true
    cache_policy_id          = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad" # AWS's CachingDisabled
    origin_request_policy_id = "b689b0a8-53d0-40ab-baf2-68738e2966ac" # AWS's AllViewerExceptHostHeader
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }

  viewer_certificate {
    cloudfront_default_certificate = var.console.certificate_arn == null
    acm_certificate_arn            = var.console.certificate_arn
    ssl_support_method             = var.console.certificate_arn == null ? null : "sni-only"
    minimum_protocol_version       = var.console.certificate_arn == null ? "TLSv1" : "TLSv1.2_2021"
  }
}
