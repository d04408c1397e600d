variable "name" {
  description = "Name of the rule."
  type        = string
}

variable "description" {
  description = "What the rule is for."
  type        = string
}

variable "pattern" {
  description = "Event pattern as JSON."
  type        = string
}

variable "target_arn" {
  description = "Where matching events go."
  type        = string
}

variable "target_role_arn" {
  description = "Role to reach the target with; null where the target's own policy lets EventBridge in."
  type        = string
  default     = null
}

variable "function_name" {
  description = "The target's name if it is a Lambda function, which then lets this rule in; null otherwise."
  type        = string
  default     = null
}

variable "undelivered_queue_arn" {
  description = "Queue of events that could not be delivered."
  type        = string
}

variable "maximum_age" {
  description = "Seconds for which EventBridge tries to deliver."
  type        = number
  default     = 86400
}
