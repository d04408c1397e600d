#!/usr/bin/env bash
# Runs terraform in terraform/ (or TERRAFORM_DIRECTORY). Uses a provider mirror folder on this
# machine if there is one: build machines often cannot reach the registry. Your own CLI
# configuration (TF_CLI_CONFIG_FILE, ~/.terraformrc) takes precedence.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ ! -f "${TF_CLI_CONFIG_FILE:-$HOME/.terraformrc}" ]; then
  unset TF_CLI_CONFIG_FILE
  version=$(sed -n 's/^  version *= "\(.*\)"/\1/p' terraform/.terraform.lock.hcl)
  mirror=$(find /opt /srv /usr/local /usr/share /var/lib "$HOME" -maxdepth 7 -path '*/.terraform' -prune -o \
    -type d -path "*/registry.terraform.io/hashicorp/aws/$version" -print -quit 2>/dev/null || true)
  if [ -n "$mirror" ]; then
    TF_CLI_CONFIG_FILE=$(mktemp)
    export TF_CLI_CONFIG_FILE
    trap 'rm -f "$TF_CLI_CONFIG_FILE"' EXIT
    printf 'provider_installation {\n  filesystem_mirror {\n    path = "%s"\n  }\n}\n' "${mirror%/registry.terraform.io/*}" >"$TF_CLI_CONFIG_FILE"
  fi
fi

export CHECKPOINT_DISABLE=1
terraform -chdir="${TERRAFORM_DIRECTORY:-terraform}" "$@"
