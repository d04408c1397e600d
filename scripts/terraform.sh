#!/usr/bin/env bash
# terraform in terraform/ (or TERRAFORM_DIRECTORY), with the provider from a mirror folder of this machine where it has one: build machines often cannot reach
# the registry. A CLI configuration of your own (TF_CLI_CONFIG_FILE, ~/.terraformrc) goes before.
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
