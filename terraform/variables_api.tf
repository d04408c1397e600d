variable "api_jwt" {
  description = "JWT issuer URL and audiences for the API. null: callers sign requests with IAM."
  type = object({
    issuer   = string
    audience = list(string)
  })
  default = null
  validation {
    condition     = var.api_jwt == null ? true : startswith(var.api_jwt.issuer, "https://") && length(var.api_jwt.audience) > 0
    error_message = "Expected an https issuer and at least one audience."
  }
}

variable "api_throttle" {
  description = "API throttling: steady-state requests per second (rate) and burst."
  type = object({
    rate  = number
    burst = number
  })
  default = { rate = 50, burst = 100 }
  validation {
    condition     = var.api_throttle.rate >= 1 && var.api_throttle.burst >= 1
    error_message = "Expected at least 1 each."
  }
}

variable "console" {
  description = "Web console (dist/console) hosted behind CloudFront: client ID at the issuer of `api_jwt`, scope, token that contains the API's claims, other origins in the issuer's discovery document (Cognito: https:// and the user pool's domain), and custom domain with its certificate in us-east-1. null: not hosted."
  type = object({
    client_id       = string
    scope           = optional(string, "openid profile")
    token           = optional(string, "access_token")
    sign_in_origins = optional(list(string), [])
    domain          = optional(string)
    certificate_arn = optional(string)
  })
  default = null
  validation {
    condition     = var.console == null ? true : (var.console.domain == null) == (var.console.certificate_arn == null)
    error_message = "Expected both domain and certificate_arn, or neither."
  }
  validation {
    condition     = var.console == null ? true : alltrue([for origin in var.console.sign_in_origins : can(regex("^https://[A-Za-z0-9.-]+(:[0-9]+)?$", origin))])
    error_message = "Expected origins such as https://login.example.com, without a path."
  }
  validation {
    condition     = var.console == null ? true : var.api_jwt != null && contains(["access_token", "id_token"], var.console.token)
    error_message = "Expected api_jwt to be set, since the console signs users in, and token to be access_token or id_token."
  }
}
