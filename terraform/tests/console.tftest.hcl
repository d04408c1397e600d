# The web console: access, content security policy and caching.
mock_provider "aws" {
  source = "./tests/mocks"
}

override_resource {
  target = aws_s3_bucket.media
  values = { bucket_regional_domain_name = "media.s3.eu-west-1.amazonaws.com" }
}

override_resource {
  target = aws_s3_bucket.output
  values = { bucket_regional_domain_name = "output.s3.eu-west-1.amazonaws.com" }
}

override_resource {
  target = aws_cloudfront_function.console
  values = { arn = "arn:aws:cloudfront::210987654321:function/mock" }
}

variables {
  upload_origins = ["https://shop.example.com"]
  api_jwt        = { issuer = "https://login.example.com/pool", audience = ["media"] }
  console = {
    client_id       = "media"
    domain          = "media.example.com"
    certificate_arn = "arn:aws:acm:us-east-1:210987654321:certificate/mock"
    sign_in_origins = ["https://pool.auth.example.com"]
  }
}

run "the_console" {
  command = apply

  assert {
    condition     = aws_cloudfront_distribution.console[0].default_cache_behavior[0].viewer_protocol_policy == "redirect-to-https" && aws_cloudfront_distribution.console[0].viewer_certificate[0].minimum_protocol_version == "TLSv1.2_2021"
    error_message = "The console accepts only current TLS versions."
  }

  assert {
    condition     = contains(keys(aws_s3_bucket_public_access_block.this), "console")
    error_message = "Its bucket is private, like the others."
  }

  assert {
    condition     = alltrue([for bucket in [aws_s3_bucket_cors_configuration.media[0], aws_s3_bucket_cors_configuration.output[0]] : one(bucket.cors_rule).allowed_origins == toset(["https://media.example.com", "https://shop.example.com"])])
    error_message = "The page and the configured origins may upload to the media bucket and read from the output bucket."
  }

  assert {
    condition     = contains(one(aws_s3_bucket_cors_configuration.output[0].cors_rule).allowed_methods, "GET") && contains(one(aws_s3_bucket_cors_configuration.media[0].cors_rule).expose_headers, "etag")
    error_message = "Players may request ranges, and multipart uploads may read ETags."
  }

  # Also fails if the build contains a config.json, since two objects would have the same key.
  assert {
    condition     = keys(aws_s3_object.console) == ["assets/index-Ab12Cd34.js", "icon.svg", "index.html", "site.webmanifest"] && aws_s3_object.console_config[0].key == "config.json"
    error_message = "The bucket contains the build without the files for Terraform, and one config.json."
  }

  assert {
    condition     = { for name, object in aws_s3_object.console : name => strcontains(object.cache_control, "immutable") if object.cache_control != "no-cache" } == { "assets/index-Ab12Cd34.js" = true } && aws_s3_object.console_config[0].cache_control == "no-cache"
    error_message = "Only files with a hash in their name are cached indefinitely; all others are revalidated."
  }

  assert {
    condition     = jsondecode(aws_s3_object.console_config[0].content) == { apiUrl = "", issuer = "https://login.example.com/pool", clientId = "media", scope = "openid profile", token = "access_token" }
    error_message = "config.json contains the issuer, and the page's own origin as the API."
  }

  assert {
    condition = aws_cloudfront_response_headers_policy.console[0].security_headers_config[0].content_security_policy[0].content_security_policy == join("; ", [
      "default-src 'none'", "script-src 'self'", "style-src 'self'",
      "img-src 'self' data: https://media.s3.eu-west-1.amazonaws.com https://output.s3.eu-west-1.amazonaws.com",
      "media-src blob: https://media.s3.eu-west-1.amazonaws.com https://output.s3.eu-west-1.amazonaws.com",
      "connect-src 'self' https://media.s3.eu-west-1.amazonaws.com https://output.s3.eu-west-1.amazonaws.com https://login.example.com https://pool.auth.example.com",
      "frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'",
    ])
    error_message = "The content security policy allows only our buckets and the issuer, and no blob workers."
  }

  assert {
    condition     = toset([for item in aws_cloudfront_response_headers_policy.console[0].custom_headers_config[0].items : item.header]) == toset(["cross-origin-opener-policy", "permissions-policy"])
    error_message = "Custom headers are sent, too."
  }

  assert {
    condition     = one([for behavior in aws_cloudfront_distribution.console[0].ordered_cache_behavior : length(behavior.function_association) if behavior.path_pattern == "/api/*"]) == 0
    error_message = "The function for client-side routes does not affect API paths."
  }

  # CachingDisabled and AllViewerExceptHostHeader.
  assert {
    condition     = one([for behavior in aws_cloudfront_distribution.console[0].ordered_cache_behavior : [behavior.cache_policy_id, behavior.origin_request_policy_id]]) == ["4135ea2d-6df8-44a3-9df3-4b5a84be39ad", "b689b0a8-53d0-40ab-baf2-68738e2966ac"]
    error_message = "API responses are not cached, and all viewer headers are forwarded."
  }
}

run "an_origin_with_a_path" {
  command = plan
  variables {
    console = { client_id = "media", sign_in_origins = ["https://pool.auth.example.com/login"] }
  }
  expect_failures = [var.console]
}
