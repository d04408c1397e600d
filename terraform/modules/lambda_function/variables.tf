variable "name" {
  description = "Folder below lambdas/."
  type        = string
}

variable "description" {
  description = "What the function does, for the AWS console."
  type        = string
}

variable "workload" {
  description = "What all functions and tasks share (locals.tf)."
  type = object({
    prefix        = string
    settings      = map(string)
    key_arn       = string
    log_retention = number
  })
}

variable "package_directory" {
  description = "Where the packages of the chosen architecture are."
  type        = string
}

variable "architecture" {
  description = "arm64 or x86_64."
  type        = string
}

variable "memory" {
  description = "MB."
  type        = number
}

variable "timeout" {
  description = "Seconds."
  type        = number
}

variable "storage" {
  description = "MB of /tmp."
  type        = number
  default     = 512
}

variable "reserved_concurrency" {
  description = "Environments at once; -1 for no reservation."
  type        = number
}

variable "setting_names" {
  description = "The settings that the code reads: its own SETTINGS."
  type        = list(string)
}

variable "environment" {
  description = "Variables besides the settings."
  type        = map(string)
  default     = {}
}

variable "permissions" {
  description = "What the code may call, besides its own logs and traces."
  type = list(object({
    sid        = string
    actions    = list(string)
    resources  = list(string)
    conditions = optional(map(map(list(string))), {})
  }))
}

variable "key_use" {
  description = "KMS actions that the code needs through each service, whose data the key encrypts."
  type        = map(list(string))
  default     = {}
}

variable "failed_event_queues" {
  description = "For a function that EventBridge starts: the queue (one) of events that failed each time. Empty for a function whose caller sees the failure."
  type        = list(string)
  default     = []
}
