# Profiles of var.profiles. The functions read them beside those that operators manage by the API, which
# Terraform does not touch (docs/adr/0026-profiles.md).
locals {
  profile_texts = {
    for name, profile in var.profiles : name =>
    startswith(trimspace(profile.document), "{") ? profile.document : file(startswith(profile.document, "/") ? profile.document : "${path.root}/${profile.document}")
  }
  profile_documents = { for name, text in local.profile_texts : name => jsondecode(text) }

  profile_bounds = {
    for name in ["MAX_PROFILE_IMAGES", "MAX_PROFILE_PIXELS", "MAX_PROFILE_EFFORT", "MAX_PROFILE_RENDITIONS", "MAX_PROFILE_BITRATE"] :
    name => tonumber(lookup(local.chosen_settings, name, local.product.defaults[name]))
  }

  # What a document asks for: as in contract/profiles/profile-bounds.ts. Missing or misshapen parts count
  # as nothing here: the check of its sections and `profile-check` name them.
  profile_demands = {
    for name, document in local.profile_documents : name => {
      MAX_PROFILE_IMAGES     = try(length(document.image.outputs), 0)
      MAX_PROFILE_PIXELS     = max(0, [for output in try(document.image.outputs, []) : try(output.fit == "inside", true) ? 0 : try(output.width * output.height, 0)]...)
      MAX_PROFILE_EFFORT     = max(0, [for output in try(document.image.outputs, []) : try(tonumber(output.effort), 0)]...)
      MAX_PROFILE_RENDITIONS = try(length(document.video.renditions), 0)
      MAX_PROFILE_BITRATE    = sum(concat([0], [for rendition in try(document.video.renditions, []) : try(tonumber(rendition.maxBitrate), 0)]))
    }
  }
  excessive_profiles = flatten([
    for name, demands in local.profile_demands : [
      for setting, demand in demands : "${name}: ${demand} above ${setting} = ${local.profile_bounds[setting]}" if demand > local.profile_bounds[setting]
    ]
  ])
  incomplete_profiles = flatten([
    for name, document in local.profile_documents : [
      for section in ["title", "image", "video", "audio", "document"] : "${name}: ${section}" if !can(keys(document)) || !contains(try(keys(document), []), section)
    ]
  ])
}

# The functions are told the version, so that a change replaces their instances, each of which reads the object
# once; and those of before the change still find theirs.
resource "aws_s3_object" "managed_profiles" {
  count = length(var.profiles) > 0 ? 1 : 0

  bucket             = aws_s3_bucket.output.bucket
  key                = "managed-profiles.json"
  content_type       = "application/json"
  kms_key_id         = aws_kms_key.data.arn
  bucket_key_enabled = true
  content = jsonencode({
    for name, profile in var.profiles : name => {
      document = local.profile_texts[name], tenants = profile.tenants, defaultFor = profile.default_for
    }
  })

  depends_on = [aws_s3_bucket_versioning.this]

  lifecycle {
    # The provider deletes every version of the object: not before the functions have ceased to name one.
    create_before_destroy = true

    precondition {
      condition     = length(local.incomplete_profiles) == 0
      error_message = "Expected every profile to have a title, and the sections image, video, audio and document; missing: ${join(", ", local.incomplete_profiles)}."
    }
    precondition {
      condition     = length(local.excessive_profiles) == 0
      error_message = "Expected profiles within the bounds: ${join("; ", local.excessive_profiles)}."
    }
  }
}
