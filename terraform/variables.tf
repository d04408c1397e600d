variable "name" {
  description = "Prefix of every resource's name. One account and region can hold several deployments with different names."
  type        = string
  default     = "media-pipeline"
  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,23}$", var.name))
    error_message = "3 to 24 lower-case letters, digits and hyphens, beginning with a letter: bucket and role names grow from it."
  }
}

variable "tags" {
  description = "Tags of every resource, besides Application and ManagedBy."
  type        = map(string)
  default     = {}
  validation {
    condition     = length(var.tags) <= 40
    error_message = "At most 40 tags: AWS allows 50 on a resource, and some are set here."
  }
}

variable "build_directory" {
  description = "Where `make build` put the Lambda packages, images.json and product.json, from this directory."
  type        = string
  default     = "../dist"
  validation {
    condition     = !endswith(var.build_directory, "/")
    error_message = "Without a slash at the end."
  }
}

variable "protect_data" {
  description = "Whether the job table refuses deletion, and buckets and repositories refuse it while they hold something. Default: yes, except in the example accounts that emulators use. To destroy a deployment with its data, apply with false first."
  type        = bool
  default     = null
}

variable "lambda_architecture" {
  description = "Processor of the Lambda functions; `make build` must have built for it."
  type        = string
  default     = "arm64"
  validation {
    condition     = contains(["arm64", "x86_64"], var.lambda_architecture)
    error_message = "arm64 or x86_64."
  }
}

variable "task_architecture" {
  description = "Processor of the Fargate tasks; `make images` must have pushed for it."
  type        = string
  default     = "arm64"
  validation {
    condition     = contains(["arm64", "x86_64"], var.task_architecture)
    error_message = "arm64 or x86_64."
  }
}

variable "function_memory" {
  description = "Memory in MB by function, in place of the default; processors come with memory (1,769 MB are one)."
  type        = map(number)
  default     = {}
  validation {
    condition     = alltrue([for memory in values(var.function_memory) : memory >= 128 && memory <= 10240])
    error_message = "128 to 10,240 MB; new accounts allow at most 3,008."
  }
}

variable "reserved_concurrency" {
  description = "Environments that a function may have at once, by function, in place of the default; -1 takes from the account's unreserved pool. AWS keeps 100 of an account's limit unreserved, so an account whose limit is still 10 needs -1 for all."
  type        = map(number)
  default     = {}
  validation {
    condition     = alltrue([for number in values(var.reserved_concurrency) : number >= -1])
    error_message = "-1 or more."
  }
}

variable "task_size" {
  description = "Fargate size by task, in place of the default: CPU units (1,024 are one vCPU), memory in MiB, ephemeral storage in GiB."
  type = map(object({
    cpu     = number
    memory  = number
    storage = optional(number, 21)
  }))
  default = {}
  validation {
    condition     = alltrue([for size in values(var.task_size) : size.storage >= 21 && size.storage <= 200])
    error_message = "Storage from 21 to 200 GiB."
  }
}

variable "fargate_spot" {
  description = "Whether each task is first tried on Fargate Spot, about 70 % cheaper. Where Spot has no room, or takes the task back, the retry runs on demand."
  type        = bool
  default     = false
  nullable    = false
}

variable "vpc_cidr" {
  description = "Address range of the tasks' network. Each running task takes one address of a quarter of it."
  type        = string
  default     = "10.20.0.0/20"
  validation {
    condition     = can(cidrhost(var.vpc_cidr, 0)) && tonumber(split("/", var.vpc_cidr)[1]) <= 24
    error_message = "An IPv4 range of at least /24."
  }
}

variable "endpoint_zones" {
  description = "Availability zones with interface endpoints: 2 survive the loss of one, 1 halves the price of an idle deployment."
  type        = number
  default     = 2
  validation {
    condition     = contains([1, 2], var.endpoint_zones)
    error_message = "1 or 2."
  }
}

variable "log_retention_days" {
  description = "Days that logs are kept."
  type        = number
  default     = 365
  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "One of the periods that CloudWatch Logs offers."
  }
}

variable "noncurrent_version_days" {
  description = "Days that replaced and deleted versions of objects are kept."
  type        = number
  default     = 30
  validation {
    condition     = var.noncurrent_version_days >= 1
    error_message = "At least 1."
  }
}

variable "upload_expiration_days" {
  description = "Days after which uploads are deleted, and their outputs with them; null keeps them."
  type        = number
  default     = null
  validation {
    condition     = var.upload_expiration_days == null ? true : var.upload_expiration_days >= 1
    error_message = "At least 1, or null."
  }
}

variable "upload_origins" {
  description = "Web origins that may upload and read by presigned URL and call the API from a browser, such as https://media.example.com."
  type        = list(string)
  default     = []
  validation {
    condition     = alltrue([for origin in var.upload_origins : can(regex("^https?://[^/*]+$", origin))])
    error_message = "Scheme and host, no path, no wildcard."
  }
}

variable "alarm_emails" {
  description = "Addresses that alarms and the budget write to; each must confirm its subscription."
  type        = list(string)
  default     = []
  validation {
    condition     = alltrue([for address in var.alarm_emails : strcontains(address, "@")])
    error_message = "E-mail addresses."
  }
}

variable "oldest_job_alarm_seconds" {
  description = "Age of the oldest running job from which an alarm goes off."
  type        = number
  default     = 28800
  validation {
    condition     = var.oldest_job_alarm_seconds >= 60
    error_message = "At least 60."
  }
}

variable "monthly_budget_usd" {
  description = "Monthly cost of what carries the Application tag from which the alarm addresses are told, at 80 % forecast and 100 % real; null: no budget. The tag must be activated as a cost allocation tag."
  type        = number
  default     = 200
  validation {
    condition     = var.monthly_budget_usd == null ? true : var.monthly_budget_usd > 0
    error_message = "More than 0, or null."
  }
}

variable "trace_percent" {
  description = "Share of requests and executions that X-Ray traces, besides one each second."
  type        = number
  default     = 5
  validation {
    condition     = var.trace_percent >= 0 && var.trace_percent <= 100
    error_message = "0 to 100."
  }
}
