variable "profiles" {
  description = "Profiles kept beside this configuration, by name (docs/profiles.md). `document`: path of a JSON file, relative to this directory, or its text. `tenants`: those that may use it, [\"*\"]: all. `default_for`: tenants whose uploads get it unless they name another. The API shows these profiles, and refuses to change them."
  type = map(object({
    document    = string
    tenants     = optional(list(string), ["*"])
    default_for = optional(list(string), [])
  }))
  default  = {}
  nullable = false
  validation {
    condition     = length(var.profiles) <= 100
    error_message = "Expected at most 100 profiles, got ${length(var.profiles)}."
  }
  validation {
    # As in contract/values.ts.
    condition     = alltrue([for name in keys(var.profiles) : can(regex("^[a-z][a-z0-9-]{0,62}$", name)) && name != "default"])
    error_message = "Expected names of up to 63 characters a-z, 0-9 or -, beginning with a letter, other than `default`, which ships with the code; got ${join(", ", [for name in keys(var.profiles) : name if !can(regex("^[a-z][a-z0-9-]{0,62}$", name)) || name == "default"])}."
  }
  validation {
    condition     = alltrue([for profile in values(var.profiles) : alltrue([for tenant in concat(profile.tenants, profile.default_for) : can(regex("^([A-Za-z0-9_-]{1,64}|\\*)$", tenant))])])
    error_message = "Expected tenants of 1 to 64 letters, digits, _ or -, or [\"*\"] for all."
  }
  validation {
    condition     = alltrue([for profile in values(var.profiles) : length(profile.tenants) <= 1000 && length(profile.default_for) <= 1000 && (!contains(profile.tenants, "*") || length(profile.tenants) == 1)])
    error_message = "Expected at most 1,000 tenants, or \"*\" alone for all."
  }
  validation {
    condition     = alltrue([for profile in values(var.profiles) : !contains(profile.default_for, "*") && (contains(profile.tenants, "*") || length(setsubtract(profile.default_for, profile.tenants)) == 0)])
    error_message = "Expected every tenant of default_for by its name, and in tenants."
  }
  validation {
    condition     = length(distinct(flatten([for profile in values(var.profiles) : distinct(profile.default_for)]))) == length(flatten([for profile in values(var.profiles) : distinct(profile.default_for)]))
    error_message = "Expected each tenant in default_for of one profile, got ${join(", ", distinct([for tenant in flatten([for profile in values(var.profiles) : distinct(profile.default_for)]) : tenant if length([for other in flatten([for profile in values(var.profiles) : distinct(profile.default_for)]) : other if other == tenant]) > 1]))} in several."
  }
  validation {
    condition     = alltrue([for profile in values(var.profiles) : can(jsondecode(startswith(trimspace(profile.document), "{") ? profile.document : file(startswith(profile.document, "/") ? profile.document : "${path.root}/${profile.document}")))])
    error_message = "Expected documents to be JSON, or paths of files with JSON, got neither in: ${join(", ", [for name, profile in var.profiles : name if !can(jsondecode(startswith(trimspace(profile.document), "{") ? profile.document : file(startswith(profile.document, "/") ? profile.document : "${path.root}/${profile.document}")))])}."
  }
}
