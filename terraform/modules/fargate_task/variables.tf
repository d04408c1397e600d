variable "name" {
  description = "Folder below tasks/, and the container's name in the state machine."
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

variable "image" {
  description = "Container image with its tag."
  type        = string
}

variable "repository_arn" {
  description = "Repository that the image is pulled from."
  type        = string
}

variable "architecture" {
  description = "arm64 or x86_64."
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
  description = "The settings that the program reads."
  type        = list(string)
}

variable "permissions" {
  description = "What the program may call."
  type = list(object({
    sid        = string
    actions    = list(string)
    resources  = list(string)
    conditions = optional(map(map(list(string))), {})
  }))
}

variable "key_use" {
  description = "KMS actions that the program needs through each service, whose data the key encrypts."
  type        = map(list(string))
  default     = {}
}
