variable "name" {
  description = "Folder in tasks/, and the container name in the state machine."
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

variable "image" {
  description = "Container image with its tag."
  type        = string
}

variable "repository_arn" {
  description = "ARN of the image's repository."
  type        = string
}

variable "architecture" {
  description = "CPU architecture: arm64 or x86_64."
  type        = string
}

variable "size" {
  description = "CPU units, memory in MiB, ephemeral storage in GiB."
  type = object({
    cpu     = number
    memory  = number
    storage = number
  })
}

variable "setting_names" {
  description = "Names of the settings that the program reads."
  type        = list(string)
}

variable "permissions" {
  description = "IAM permissions of the program."
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
