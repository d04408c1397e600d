# The attributes are the settings in base/config.ts that a deployment can change; tests/terraform compares
# the two.
variable "settings" {
  description = "Settings of the pipeline; base/config.ts describes them. For omitted settings, the code's default applies."
  type = object({
    JOB_STATUS_TTL                = optional(number)
    MAX_PROCESSING_RETRIES        = optional(number)
    PROCESSING_TIMEOUT            = optional(number)
    TASK_HEARTBEAT_SECONDS        = optional(number)
    MAX_CONCURRENT_VIDEO_TASKS    = optional(number)
    MAX_CONCURRENT_AUDIO_TASKS    = optional(number)
    MAX_CONCURRENT_OFFICE_TASKS   = optional(number)
    MAX_CONCURRENT_IMAGES         = optional(number)
    MAX_CONCURRENT_DOCUMENTS      = optional(number)
    CHUNK_ABOVE_SECONDS           = optional(number)
    CHUNK_SECONDS                 = optional(number)
    MAX_VIDEO_CHUNK_TASKS         = optional(number)
    MAX_TENANT_TASK_PERCENT       = optional(number)
    TENANT_PERCENTS               = optional(string)
    TENANT_WEIGHTS                = optional(string)
    MAX_QUEUE_WAIT_SECONDS        = optional(number)
    MAX_WAITING_REQUESTS          = optional(number)
    ENABLE_HLS_TRANSCODING        = optional(bool)
    ENABLE_AVIF                   = optional(bool)
    ENABLE_HEIC                   = optional(bool)
    ENABLE_LOUDNESS_NORMALIZATION = optional(bool)
    TRUNCATED_MEDIA               = optional(string)
    EXTENSION_MISMATCH            = optional(string)
    MEDIA_PROCESSOR_CONCURRENCY   = optional(number)
    METRICS_BY_TENANT             = optional(bool)
    MAX_IMAGE_BYTES               = optional(number)
    MAX_IMAGE_PIXELS              = optional(number)
    MAX_IMAGE_FRAMES              = optional(number)
    MAX_VIDEO_BYTES               = optional(number)
    MAX_VIDEO_PIXELS              = optional(number)
    MAX_VIDEO_SECONDS             = optional(number)
    MAX_AUDIO_BYTES               = optional(number)
    MAX_AUDIO_SECONDS             = optional(number)
    MAX_DOCUMENT_BYTES            = optional(number)
    MAX_DOCUMENT_PAGES            = optional(number)
    MAX_PAGE_IMAGES               = optional(number)
    MAX_PROFILE_IMAGES            = optional(number)
    MAX_PROFILE_PIXELS            = optional(number)
    MAX_PROFILE_EFFORT            = optional(number)
    MAX_PROFILE_RENDITIONS        = optional(number)
    MAX_PROFILE_BITRATE           = optional(number)
    PROFILE_VIDEO_CODECS          = optional(string)
    API_TENANT_CLAIM              = optional(string)
    API_USER_CLAIM                = optional(string)
    API_ROLE_CLAIM                = optional(string)
    API_OPERATOR_ROLE             = optional(string)
    RECONCILE_AFTER_SECONDS       = optional(number)
  })
  default = {}
  validation {
    condition     = alltrue([for value in values(var.settings) : value == null ? true : length(tostring(value)) > 0])
    error_message = "Expected non-empty values: omit a setting to use its default."
  }
  validation {
    condition     = contains(["keep", "refuse"], coalesce(var.settings.TRUNCATED_MEDIA, "keep"))
    error_message = "Expected TRUNCATED_MEDIA to be keep or refuse."
  }
  validation {
    condition     = contains(["note", "refuse"], coalesce(var.settings.EXTENSION_MISMATCH, "note"))
    error_message = "Expected EXTENSION_MISMATCH to be note or refuse."
  }
  validation {
    # More than the 300 of HeartbeatSeconds, as Step Functions requires, and than three runs of LibreOffice of 120 s (base/config.ts).
    condition     = var.settings.PROCESSING_TIMEOUT == null ? true : var.settings.PROCESSING_TIMEOUT >= 600 && var.settings.PROCESSING_TIMEOUT <= 86400
    error_message = "Expected a PROCESSING_TIMEOUT of 600 to 86,400 seconds: a task may take 300 to send its first heartbeat, and LibreOffice 360."
  }
  validation {
    # As in base/config.ts: no task starts with a value that it refuses.
    condition     = var.settings.CHUNK_SECONDS == null ? true : var.settings.CHUNK_SECONDS >= 6 && var.settings.CHUNK_SECONDS <= 1800 && var.settings.CHUNK_SECONDS % 6 == 0
    error_message = "Expected CHUNK_SECONDS to be a multiple of 6 from 6 to 1,800."
  }
  validation {
    # As in base/config.ts; an inline Map state runs at most 40 iterations at once.
    condition     = var.settings.MAX_VIDEO_CHUNK_TASKS == null ? true : var.settings.MAX_VIDEO_CHUNK_TASKS >= 1 && var.settings.MAX_VIDEO_CHUNK_TASKS <= 40
    error_message = "Expected MAX_VIDEO_CHUNK_TASKS to be 1 to 40."
  }
  validation {
    # As in base/config.ts: no function starts with a value that it refuses.
    condition = alltrue([for entry in split(",", coalesce(var.settings.TENANT_PERCENTS, " ")) : trimspace(entry) == "" || (
      can(regex("^\\s*[A-Za-z0-9_-]{1,64}\\s*=\\s*[0-9]+\\s*$", entry)) && try(tonumber(trimspace(split("=", entry)[1])) >= 1 && tonumber(trimspace(split("=", entry)[1])) <= 100, false)
    )])
    error_message = "Expected TENANT_PERCENTS to be a list such as acme=100,globex=10, with whole numbers of 1 to 100."
  }
  validation {
    # As in base/config.ts: no function starts with a value that it refuses.
    condition = alltrue([for entry in split(",", coalesce(var.settings.TENANT_WEIGHTS, " ")) : trimspace(entry) == "" || (
      can(regex("^\\s*[A-Za-z0-9_-]{1,64}\\s*=\\s*[0-9.]+\\s*$", entry)) && try(tonumber(trimspace(split("=", entry)[1])) >= 0.01 && tonumber(trimspace(split("=", entry)[1])) <= 1000, false)
    )])
    error_message = "Expected TENANT_WEIGHTS to be a list such as acme=3,globex=0.5, with numbers of 0.01 to 1,000."
  }
  validation {
    # As in base/config.ts: no function starts with a value that it refuses.
    condition = alltrue([for codec in split(",", coalesce(var.settings.PROFILE_VIDEO_CODECS, "h264")) : contains(["h264", "hevc", "av1"], trimspace(codec))]) && (
      contains([for codec in split(",", coalesce(var.settings.PROFILE_VIDEO_CODECS, "h264")) : trimspace(codec)], "h264")
    )
    error_message = "Expected PROFILE_VIDEO_CODECS to be h264, or a list with it and hevc or av1."
  }
}
