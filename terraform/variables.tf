variable "name" {
  description = "Prefix of all resource names. Deployments with different names can share an account and region."
  type        = string
  default     = "media-pipeline"
  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,23}$", var.name))
    error_message = "Expected 3 to 24 lowercase letters, digits and hyphens, starting with a letter: bucket and role names are built from it."
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
  description = "Deletion protection of the job table, and of buckets and repositories that are not empty. Default: true, except in the example accounts that emulators use. To destroy a deployment with its data, first apply with false."
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

variable "task_architecture" {
  description = "CPU architecture of the Fargate tasks; run `make images` for it first."
  type        = string
  default     = "arm64"
  validation {
    condition     = contains(["arm64", "x86_64"], var.task_architecture)
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

variable "task_size" {
  description = "Fargate size by task, overriding the default: CPU units (1,024: one vCPU), memory in MiB, ephemeral storage in GiB."
  type = map(object({
    cpu     = number
    memory  = number
    storage = optional(number, 21)
  }))
  default = {}
  validation {
    condition     = alltrue([for size in values(var.task_size) : size.storage >= 21 && size.storage <= 200])
    error_message = "Expected storage of 21 to 200 GiB."
  }
}

variable "fargate_spot" {
  description = "Use Fargate Spot, about 70% cheaper, for the first try of each task. If Spot has no capacity or interrupts the task, retries use on-demand capacity."
  type        = bool
  default     = false
  nullable    = false
}

variable "vpc_cidr" {
  description = "CIDR block of the VPC. The two private subnets have a quarter of it each; each running task uses one address."
  type        = string
  default     = "10.20.0.0/20"
  validation {
    condition     = can(cidrhost(var.vpc_cidr, 0)) && tonumber(split("/", var.vpc_cidr)[1]) <= 24
    error_message = "Expected an IPv4 CIDR block of /24 or larger."
  }
}

variable "endpoint_zones" {
  description = "Number of Availability Zones with interface endpoints: 2 tolerates the loss of one; 1 halves the cost of the endpoints, most of that of an idle deployment."
  type        = number
  default     = 2
  validation {
    condition     = contains([1, 2], var.endpoint_zones)
    error_message = "Expected 1 or 2."
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
