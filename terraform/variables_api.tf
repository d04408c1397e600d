variable "api_jwt" {
  description = "Who issues the API's tokens (issuer URL) and for whom (audience). null: callers sign with IAM."
  type = object({
    issuer   = string
    audience = list(string)
  })
  default = null
  validation {
    condition     = var.api_jwt == null ? true : startswith(var.api_jwt.issuer, "https://") && length(var.api_jwt.audience) > 0
    error_message = "An https issuer and at least one audience."
  }
}

variable "api_throttle" {
  description = "Requests per second that the API takes, and how many may come at once above it."
  type = object({
    rate  = number
    burst = number
  })
  default = { rate = 50, burst = 100 }
  validation {
    condition     = var.api_throttle.rate >= 1 && var.api_throttle.burst >= 1
    error_message = "At least 1 each."
  }
}

variable "console" {
  description = "Hosting of the web page in dist/console behind CloudFront: the client that the issuer of `api_jwt` knows it by, its scope, which token carries the API's claims, other origins that the issuer's discovery document names (Cognito: https:// and the user pool's domain), and a domain of its own (certificate in us-east-1). null: not hosted."
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
    error_message = "Domain and certificate go together."
  }
  validation {
    condition     = var.console == null ? true : alltrue([for origin in var.console.sign_in_origins : can(regex("^https://[A-Za-z0-9.-]+(:[0-9]+)?$", origin))])
    error_message = "Origins such as https://login.example.com, without a path."
  }
  validation {
    condition     = var.console == null ? true : var.api_jwt != null && contains(["access_token", "id_token"], var.console.token)
    error_message = "The page signs people in: it needs api_jwt, and a token that is access_token or id_token."
  }
}
