# The web page, where one is wanted: a private bucket that only this distribution reads.
locals {
  console_files = var.console == null ? [] : fileset("${var.build_directory}/console", "**")
  console_types = {
    html        = "text/html; charset=utf-8", js = "text/javascript", mjs = "text/javascript", css = "text/css", json = "application/json", svg = "image/svg+xml",
    png         = "image/png", ico = "image/x-icon", webp = "image/webp", woff2 = "font/woff2", wasm = "application/wasm", map = "application/json", txt = "text/plain"
    webmanifest = "application/manifest+json"
  }
}

resource "aws_s3_bucket" "console" {
  #checkov:skip=CKV_AWS_144:The page is built from the repository.
  #checkov:skip=CKV_AWS_145:What it holds is public by purpose.
  #checkov:skip=CKV2_AWS_62:Nobody waits for a new page.
  count = var.console == null ? 0 : 1

  bucket        = "${local.bucket_prefix}-console"
  force_destroy = true
}

resource "aws_s3_object" "console" {
  for_each = toset(local.console_files)

  bucket       = aws_s3_bucket.console[0].id
  key          = each.key
  source       = "${var.build_directory}/console/${each.key}"
  source_hash  = filesha256("${var.build_directory}/console/${each.key}")
  content_type = lookup(local.console_types, reverse(split(".", each.key))[0], "application/octet-stream")
  # Names of built files carry their hash; only the page itself may change under its name.
  cache_control = endswith(each.key, ".html") ? "no-cache" : "public, max-age=31536000, immutable"
}

resource "aws_cloudfront_origin_access_control" "console" {
  count = var.console == null ? 0 : 1

  name                              = "${var.name}-console"
  origin_access_control_origin_type = "s3"
  signing_behavior                  = "always"
  signing_protocol                  = "sigv4"
}

resource "aws_cloudfront_response_headers_policy" "console" {
  count = var.console == null ? 0 : 1

  name = "${var.name}-console"

  security_headers_config {
    content_security_policy {
      override = true
      content_security_policy = join("; ", [
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "font-src 'self'", "worker-src 'self' blob:",
        "img-src 'self' data: blob: https://*.amazonaws.com", "media-src 'self' blob: https://*.amazonaws.com",
        "connect-src 'self' https://*.amazonaws.com", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'",
      ])
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
}

resource "aws_cloudfront_distribution" "console" {
  #checkov:skip=CKV_AWS_68:Static files; the API behind them is throttled and wants a token. A web ACL costs more than the rest of the page.
  #checkov:skip=CKV2_AWS_47:There is no Java behind it.
  #checkov:skip=CKV_AWS_86:Standard logs need a bucket with ACLs, which ours forbid; S3 logs the reads of the origin.
  #checkov:skip=CKV_AWS_174:Met with a domain of its own; the certificate of cloudfront.net sets its own minimum.
  #checkov:skip=CKV_AWS_310:One origin: S3 fails over by itself within the region.
  #checkov:skip=CKV_AWS_374:Where users are is not ours to restrict.
  count = var.console == null ? 0 : 1

  enabled             = true
  comment             = var.name
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

  default_cache_behavior {
    target_origin_id           = "bucket"
    viewer_protocol_policy     = "redirect-to-https"
    allowed_methods            = ["GET", "HEAD"]
    cached_methods             = ["GET", "HEAD"]
    compress                   = true
    cache_policy_id            = "658327ea-f89d-4fab-a63d-7e88639e58f6" # AWS's CachingOptimized
    response_headers_policy_id = aws_cloudfront_response_headers_policy.console[0].id
  }

  # The page routes by itself: an unknown path is its business.
  custom_error_response {
    error_code         = 403
    response_code      = 200
    response_page_path = "/index.html"
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
