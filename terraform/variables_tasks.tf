variable "task_architecture" {
  description = "CPU architecture of the Fargate tasks; run `make images` for it first."
  type        = string
  default     = "arm64"
  validation {
    condition     = contains(["arm64", "x86_64"], var.task_architecture)
    error_message = "Expected arm64 or x86_64."
  }
}

variable "task_size" {
  description = "Fargate size by task, overriding the default: CPU units (1,024: one vCPU), memory in MiB, ephemeral storage in GiB (omitted: the default)."
  type = map(object({
    cpu     = number
    memory  = number
    storage = optional(number)
  }))
  default = {}
  validation {
    condition     = alltrue([for name in keys(var.task_size) : contains(keys(local.default_task_sizes), name)])
    error_message = "Expected names of tasks: ${join(", ", keys(local.default_task_sizes))}."
  }
  validation {
    condition     = alltrue([for size in values(var.task_size) : size.storage == null ? true : size.storage >= 21 && size.storage <= 200])
    error_message = "Expected storage of 21 to 200 GiB."
  }
  validation {
    condition     = alltrue([for size in values(var.task_size) : contains(lookup(local.fargate_memory, tostring(size.cpu), []), size.memory)])
    error_message = local.fargate_combinations
  }
}

variable "larger_task_size" {
  description = "Fargate size by task for the one try after OutOfMemory, OutOfDisk or a timeout, overriding the default, in the units of task_size; its storage is that of task_size. The same as task_size: no larger task, the try has the same size. Applies to executions that start later. Larger tasks count against the account's vCPU quota."
  type = map(object({
    cpu    = number
    memory = number
  }))
  default = {}
  validation {
    condition     = alltrue([for name in keys(var.larger_task_size) : contains(keys(local.default_larger_task_sizes), name)])
    error_message = "Expected names of tasks: ${join(", ", keys(local.default_larger_task_sizes))}."
  }
  validation {
    condition     = alltrue([for size in values(var.larger_task_size) : contains(lookup(local.fargate_memory, tostring(size.cpu), []), size.memory)])
    error_message = local.fargate_combinations
  }
}

variable "fargate_spot" {
  description = "Use Fargate Spot, about 70% cheaper, for the first try of each task. If Spot has no capacity or interrupts the task, retries use on-demand capacity."
  type        = bool
  default     = false
  nullable    = false
}

variable "automatic_retries" {
  description = "Retries of the work by kind, besides the first try, after failures that may pass: network errors, throttling, interrupted tasks; office: conversions of Office documents. Not counted: retries of throttled functions, of launches without capacity and after a wait in line, the one after a lack of memory, disk or time, and those by the API (settings.MAX_PROCESSING_RETRIES). Applies to executions that start later."
  type = object({
    image    = optional(number, 6)
    document = optional(number, 6)
    office   = optional(number, 4)
    video    = optional(number, 4)
    audio    = optional(number, 4)
  })
  default  = {}
  nullable = false
  validation {
    condition     = alltrue([for count in values(var.automatic_retries) : count >= 1 && count <= 10 && floor(count) == count])
    error_message = "Expected 1 to 10 retries of each kind: interruptions are part of normal operation."
  }
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

variable "zone_ids" {
  description = "IDs of the two Availability Zones of the tasks, such as euw1-az1. null: the first two, by name, with Fargate. A change replaces the subnets, so no task may be running."
  type        = list(string)
  default     = null
  validation {
    condition     = var.zone_ids == null ? true : length(var.zone_ids) == 2 && length(setsubtract(var.zone_ids, keys(local.zones))) == 0 && length(distinct(var.zone_ids)) == 2
    error_message = "Expected two of the region's Availability Zones with Fargate: ${join(", ", keys(local.zones))}."
  }
}
