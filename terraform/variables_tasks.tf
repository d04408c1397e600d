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
    # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html#fargate-tasks-size
    condition = alltrue([for size in values(var.task_size) : contains(lookup({
      "256"   = [512, 1024, 2048]
      "512"   = range(1024, 4097, 1024)
      "1024"  = range(2048, 8193, 1024)
      "2048"  = range(4096, 16385, 1024)
      "4096"  = range(8192, 30721, 1024)
      "8192"  = range(16384, 61441, 4096)
      "16384" = range(32768, 122881, 8192)
    }, tostring(size.cpu), []), size.memory)])
    error_message = "Expected a combination that Fargate offers: 256 CPU units with 512, 1,024 or 2,048 MiB; 512 with 1 to 4 GiB; 1,024 with 2 to 8; 2,048 with 4 to 16; 4,096 with 8 to 30; 8,192 with 16 to 60 in steps of 4; 16,384 with 32 to 120 in steps of 8."
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

variable "zone_ids" {
  description = "IDs of the two Availability Zones of the tasks, such as euw1-az1. null: the first two, by name, with Fargate. A change replaces the subnets, so no task may be running."
  type        = list(string)
  default     = null
  validation {
    condition     = var.zone_ids == null ? true : length(var.zone_ids) == 2 && length(setsubtract(var.zone_ids, keys(local.zones))) == 0 && length(distinct(var.zone_ids)) == 2
    error_message = "Expected two of the region's Availability Zones with Fargate: ${join(", ", keys(local.zones))}."
  }
}
