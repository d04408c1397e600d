variable "name" {
  description = "Folder in lambdas/."
  type        = string
}

variable "description" {
  description = "Description of the function in the AWS console."
  type        = string
}

variable "workload" {
  description = "Values shared by all functions and tasks (locals.tf)."
  type = object({
    prefix        = string
    settings      = map(string)
    key_arn       = string
    log_retention = number
  })
}

variable "package_directory" {
  description = "Directory of the packages for the architecture."
  type        = string
}

variable "architecture" {
  description = "CPU architecture: arm64 or x86_64."
  type        = string
}

variable "memory" {
  description = "Memory in MB."
  type        = number
}

variable "timeout" {
  description = "Timeout in seconds."
  type        = number
}

variable "storage" {
  description = "Ephemeral storage (/tmp) in MB."
  type        = number
  default     = 512
}

variable "reserved_concurrency" {
  description = "Reserved concurrency; -1: none."
  type        = number
}

variable "setting_names" {
  description = "Names of the settings that the code reads (its SETTINGS)."
  type        = list(string)
}

variable "environment" {
  description = "Environment variables in addition to the settings."
  type        = map(string)
  default     = {}
}

variable "permissions" {
  description = "IAM permissions of the code, in addition to its logs and traces."
  type = list(object({
    sid        = string
    actions    = list(string)
    resources  = list(string)
    conditions = optional(map(map(list(string))), {})
  }))
}

variable "key_use" {
  description = "KMS actions required through each service that uses the key."
  type        = map(list(string))
  default     = {}
}

variable "failed_event_queues" {
  description = "For a function invoked by EventBridge: the queue (one) for events that failed all retries. Empty if the caller gets the error."
  type        = list(string)
  default     = []
}
