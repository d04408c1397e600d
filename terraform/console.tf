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
