variable "name" {
  description = "Name of the rule."
  type        = string
}

variable "description" {
  description = "Description of the rule."
  type        = string
}

variable "pattern" {
  description = "Event pattern as JSON."
  type        = string
}

variable "target_arn" {
  description = "ARN of the target."
  type        = string
}

variable "target_role_arn" {
  description = "Role to invoke the target with; null if the target's resource policy allows EventBridge."
  type        = string
  default     = null
}

variable "function_name" {
  description = "Name of the target if it is a Lambda function, to allow this rule to invoke it; null otherwise."
  type        = string
  default     = null
}

variable "undelivered_queue_arn" {
  description = "ARN of the queue of undelivered events."
  type        = string
}

variable "maximum_age" {
  description = "Maximum age of an event in seconds, after which EventBridge stops retrying."
  type        = number
  default     = 86400
}
