variable "name" {
  description = "Prefix of all resource names. Deployments with different names can share an account and region."
  type        = string
  default     = "media-pipeline"
  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,23}$", var.name))
    error_message = "Expected 3 to 24 lowercase letters, digits and hyphens, starting with a letter: bucket and role names are built from it."
  }
}

variable "state_key" {
  description = "Key of the state in the backend, which scripts/deploy.sh reads from backend.hcl; null: not checked."
  type        = string
  default     = null
  validation {
    condition     = var.state_key == null ? true : var.state_key == "${var.name}.tfstate"
    error_message = "Expected the state of this deployment, ${var.name}.tfstate: the backend holds another deployment's, which a plan would replace. Use that deployment's name, or its own backend file (BACKEND)."
  }
}

variable "tags" {
  description = "Tags of all resources, in addition to Application and ManagedBy."
  type        = map(string)
  default     = {}
  validation {
    condition     = length(var.tags) <= 40
    error_message = "Expected at most 40 tags: AWS allows 50 per resource, and some are set here."
  }
}

variable "build_directory" {
  description = "Path to the output of `make build` (Lambda packages, images.json, product.json), relative to this directory."
  type        = string
  default     = "../dist"
  validation {
    condition     = !endswith(var.build_directory, "/")
    error_message = "Expected a path without a trailing slash."
  }
}

variable "protect_data" {
  description = "Deletion protection of the tables, and of buckets and repositories that are not empty. Default: true, except in the example accounts that emulators use. To destroy a deployment with its data, first apply with false."
  type        = bool
  default     = null
}

variable "lambda_architecture" {
  description = "CPU architecture of the Lambda functions; run `make build` for it first."
  type        = string
  default     = "arm64"
  validation {
    condition     = contains(["arm64", "x86_64"], var.lambda_architecture)
    error_message = "Expected arm64 or x86_64."
  }
}

variable "function_memory" {
  description = "Memory in MB by function, overriding the default. CPU scales with memory (1,769 MB: one vCPU)."
  type        = map(number)
  default     = {}
  validation {
    condition     = alltrue([for memory in values(var.function_memory) : memory >= 128 && memory <= 10240])
    error_message = "Expected 128 to 10,240 MB; new accounts allow at most 3,008."
  }
}

variable "reserved_concurrency" {
  description = "Reserved concurrency by function, overriding the default; -1: use the account's unreserved concurrency. AWS keeps 100 of the account's limit unreserved, so an account with a limit of 10 needs -1 for all."
  type        = map(number)
  default     = {}
  validation {
    condition     = alltrue([for number in values(var.reserved_concurrency) : number >= -1])
    error_message = "Expected -1 or more."
  }
}

variable "log_retention_days" {
  description = "Retention of logs, in days."
  type        = number
  default     = 365
  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "Expected a retention period that CloudWatch Logs supports."
  }
}

variable "noncurrent_version_days" {
  description = "Retention of noncurrent object versions, in days."
  type        = number
  default     = 30
  validation {
    condition     = var.noncurrent_version_days >= 1
    error_message = "Expected at least 1."
  }
}

variable "upload_expiration_days" {
  description = "Days after which uploads and their outputs are deleted; null: never."
  type        = number
  default     = null
  validation {
    condition     = var.upload_expiration_days == null ? true : var.upload_expiration_days >= 1
    error_message = "Expected at least 1, or null."
  }
}

variable "upload_origins" {
  description = "Web origins (CORS) allowed to use presigned URLs and call the API from a browser, such as https://media.example.com."
  type        = list(string)
  default     = []
  validation {
    condition     = alltrue([for origin in var.upload_origins : can(regex("^https?://[^/*]+$", origin))])
    error_message = "Expected scheme and host, without path or wildcard."
  }
}

variable "alarm_emails" {
  description = "Email addresses that receive alarms and budget notifications; each must confirm its subscription."
  type        = list(string)
  default     = []
  validation {
    condition     = alltrue([for address in var.alarm_emails : strcontains(address, "@")])
    error_message = "Expected email addresses."
  }
}

variable "oldest_job_alarm_seconds" {
  description = "Age of the oldest running job, in seconds, above which the oldest-job alarm fires."
  type        = number
  default     = 28800
  validation {
    condition     = var.oldest_job_alarm_seconds >= 60
    error_message = "Expected at least 60."
  }
}

variable "monthly_budget_usd" {
  description = "Monthly budget for resources with the Application tag; notifies the alarm addresses at 80% forecasted and 100% actual cost. null: no budget. The tag must be activated as a cost allocation tag."
  type        = number
  default     = 200
  validation {
    condition     = var.monthly_budget_usd == null ? true : var.monthly_budget_usd > 0
    error_message = "Expected more than 0, or null."
  }
}

variable "trace_percent" {
  description = "Percentage of requests and executions that X-Ray traces, in addition to one per second."
  type        = number
  default     = 5
  validation {
    condition     = var.trace_percent >= 0 && var.trace_percent <= 100
    error_message = "Expected 0 to 100."
  }
}
