# A deployment with all options enabled. tests/terraform reads its state and compares it with the code.
mock_provider "aws" {
  source = "./tests/mocks"
}

# Distinct values, so that the tests see which bucket, table or queue a policy refers to.
override_resource {
  target = aws_s3_bucket.media
  values = { arn = "arn:aws:s3:::media" }
}

override_resource {
  target = aws_s3_bucket.output
  values = { arn = "arn:aws:s3:::output" }
}

override_resource {
  target = aws_dynamodb_table.queue
  values = { arn = "arn:aws:dynamodb:eu-west-1:210987654321:table/queue" }
}

override_resource {
  target = aws_sqs_queue.dead_letters
  values = { arn = "arn:aws:sqs:eu-west-1:210987654321:dead-letters.fifo", url = "https://sqs.eu-west-1.amazonaws.com/210987654321/dead-letters.fifo" }
}

override_resource {
  target = module.preview_profile.aws_lambda_function.this
  values = { arn = "arn:aws:lambda:eu-west-1:210987654321:function:preview-profile" }
}

variables {
  upload_origins         = ["https://media.example.com"]
  upload_expiration_days = 3650
  alarm_emails           = ["operator@example.com"]
  api_jwt                = { issuer = "https://login.example.com", audience = ["media"] }
  fargate_spot           = true
  automatic_retries      = { image = 1, document = 2, office = 3, video = 5, audio = 10 }
  larger_task_size       = { "transcode-audio" = { cpu = 4096, memory = 8192 } }

  profiles = {
    small = {
      document    = "{\"title\": \"Small\", \"image\": {}, \"video\": {}, \"audio\": {}, \"document\": {}}"
      tenants     = ["acme", "globex"]
      default_for = ["acme"]
    }
  }

  settings = {
    JOB_STATUS_TTL                = 604800
    MAX_PROCESSING_RETRIES        = 3
    PROCESSING_TIMEOUT            = 21600
    TASK_HEARTBEAT_SECONDS        = 15
    MAX_CONCURRENT_VIDEO_TASKS    = 5
    MAX_CONCURRENT_AUDIO_TASKS    = 5
    MAX_CONCURRENT_OFFICE_TASKS   = 5
    MAX_CONCURRENT_IMAGES         = 50
    MAX_CONCURRENT_DOCUMENTS      = 20
    CHUNK_ABOVE_SECONDS           = 600
    CHUNK_SECONDS                 = 120
    MAX_VIDEO_CHUNK_TASKS         = 4
    MAX_TENANT_TASK_PERCENT       = 50
    TENANT_PERCENTS               = "acme=100, globex=10"
    TENANT_WEIGHTS                = "acme=3,globex=0.5"
    MAX_QUEUE_WAIT_SECONDS        = 7200
    MAX_WAITING_REQUESTS          = 10
    ENABLE_HLS_TRANSCODING        = true
    ENABLE_AVIF                   = true
    ENABLE_HEIC                   = false
    ENABLE_LOUDNESS_NORMALIZATION = true
    TRUNCATED_MEDIA               = "refuse"
    EXTENSION_MISMATCH            = "refuse"
    MEDIA_PROCESSOR_CONCURRENCY   = 2
    METRICS_BY_TENANT             = true
    MAX_IMAGE_BYTES               = 1073741824
    MAX_IMAGE_PIXELS              = 1000000
    MAX_IMAGE_FRAMES              = 100
    MAX_VIDEO_BYTES               = 1000000
    MAX_VIDEO_PIXELS              = 1000000
    MAX_VIDEO_SECONDS             = 60
    MAX_AUDIO_BYTES               = 1000000
    MAX_AUDIO_SECONDS             = 60
    MAX_DOCUMENT_BYTES            = 2147483648
    MAX_DOCUMENT_PAGES            = 10
    MAX_PAGE_IMAGES               = 2
    MAX_PROFILE_IMAGES            = 8
    MAX_PROFILE_PIXELS            = 1000000
    MAX_PROFILE_EFFORT            = 4
    MAX_PROFILE_RENDITIONS        = 2
    MAX_PROFILE_BITRATE           = 10000000
    PROFILE_VIDEO_CODECS          = "h264, av1"
    API_TENANT_CLAIM              = "tenant"
    API_USER_CLAIM                = "sub"
    API_ROLE_CLAIM                = "role"
    API_OPERATOR_ROLE             = "operator"
    RECONCILE_AFTER_SECONDS       = 600
  }
}

run "everything" {
  command = apply
}
