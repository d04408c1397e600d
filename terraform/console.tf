# Web console (optional): a private bucket and the API behind one CloudFront distribution, so that the
# page calls its own origin.
locals {
  console_folder = "${var.build_directory}/console"
  # CloudFront sends the headers; config.json is generated below.
  console_files = var.console == null ? [] : [for file in fileset(local.console_folder, "**") : file if !contains(["security-headers.json", "config.json"], file)]
  console_types = {
    html        = "text/html; charset=utf-8", js = "text/javascript", mjs = "text/javascript", css = "text/css", json = "application/json", svg = "image/svg+xml",
    png         = "image/png", ico = "image/x-icon", webp = "image/webp", woff2 = "font/woff2", wasm = "application/wasm", map = "application/json", txt = "text/plain"
    webmanifest = "application/manifest+json"
  }

  # Origins that the page may connect to: the buckets, by presigned URL, and the token issuer. The API
  # has the page's own origin.
  bucket_origins = [for bucket in [aws_s3_bucket.media, aws_s3_bucket.output] : "https://${bucket.bucket_regional_domain_name}"]
  issuer_origin  = var.api_jwt == null ? "" : regex("^https://[^/]+", var.api_jwt.issuer)

  # console/security-headers.ts generates the template; the local run serves the page with the same
  # headers.
  console_headers = var.console == null ? {} : jsondecode(templatefile("${local.console_folder}/security-headers.json", {
    connect = join(" ", distinct(concat(local.bucket_origins, [local.issuer_origin], var.console.sign_in_origins)))
    media   = join(" ", local.bucket_origins)
  }))

  console_origins = [for distribution in aws_cloudfront_distribution.console : "https://${coalesce(var.console.domain, distribution.domain_name)}"]
  web_origins     = concat(var.upload_origins, local.console_origins)
}

resource "aws_s3_bucket" "console" {
  #checkov:skip=CKV_AWS_144:The page is built from the repository.
  #checkov:skip=CKV_AWS_145:Its content is public by design.
  #checkov:skip=CKV2_AWS_62:Nothing reacts to new files.
  count = var.console == null ? 0 : 1

  bucket        = "${local.bucket_prefix}-console"
  force_destroy = true
}

resource "aws_s3_object" "console" {
  for_each = toset(local.console_files)

  bucket       = aws_s3_bucket.console[0].id
  key          = each.key
  source       = "${local.console_folder}/${each.key}"
  source_hash  = filesha256("${local.console_folder}/${each.key}")
  content_type = lookup(local.console_types, reverse(split(".", each.key))[0], "application/octet-stream")
  # Only the names of what the build puts into assets/ carry their hash; the page and its icon change under their names.
  cache_control = startswith(each.key, "assets/") ? "public, max-age=31536000, immutable" : "no-cache"
}

# Configuration that the page loads first: the token issuer. The API has the page's own origin.
resource "aws_s3_object" "console_config" {
  count = var.console == null ? 0 : 1

  bucket        = aws_s3_bucket.console[0].id
  key           = "config.json"
  content_type  = "application/json"
  cache_control = "no-cache"
  content = jsonencode({
    apiUrl   = ""
    issuer   = var.api_jwt.issuer
    clientId = var.console.client_id
    scope    = var.console.scope
    token    = var.console.token
  })
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

  name    = "${var.name}-console"
  comment = "Rewrites client-side routes to /index.html"
  runtime = "cloudfront-js-2.0"
  code    = <<-EOT
    function handler(event) {
      var request = event.request;
      if (!/\.[A-Za-z0-9]+$/.test(request.uri)) request.uri = '/index.html';
      return request;
    }
  EOT
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
