#!/usr/bin/env bash
# Deploys step by step; `make` has a target for each. Variables: terraform/terraform.tfvars, or
# TF_VAR_name in the environment. BACKEND: backend configuration in terraform/ (backend.hcl).
# Usage: scripts/deploy.sh bootstrap | images | plan | deploy | destroy [Terraform arguments]
set -euo pipefail
cd "$(dirname "$0")/.."
step=${1:?expected bootstrap, images, plan, deploy or destroy}; shift

# Backend configuration of the deployment, in terraform/.
backend=${BACKEND:-backend.hcl}

init() {
  [ -f "terraform/$backend" ] || { echo "Expected terraform/$backend: run make bootstrap first." >&2; exit 1; }
  # Terraform cannot read its backend's configuration, so a variable carries the key to the check
  # against `name`.
  TF_VAR_state_key=$(sed -n 's/^ *key *= *"\(.*\)" *$/\1/p' "terraform/$backend")
  [ -n "$TF_VAR_state_key" ] || { echo "Expected a line 'key = \"NAME.tfstate\"' in terraform/$backend." >&2; exit 1; }
  export TF_VAR_state_key
  scripts/terraform.sh init -input=false -reconfigure -backend-config="$backend" >/dev/null
}

built() {
  [ -f dist/images.json ] || { echo "Expected dist/images.json: run make build first." >&2; exit 1; }
}

# Creates the bucket for Terraform's state; once per account and region. Its own small state stays
# in terraform/bootstrap.
bootstrap() {
  TERRAFORM_DIRECTORY=terraform/bootstrap scripts/terraform.sh init -input=false >/dev/null
  TERRAFORM_DIRECTORY=terraform/bootstrap scripts/terraform.sh apply "$@"
  TERRAFORM_DIRECTORY=terraform/bootstrap scripts/terraform.sh output -raw backend >"terraform/$backend"
  echo "terraform/$backend written"
}

# Builds and pushes the images missing from ECR. A tag identifies its content, so an existing tag
# needs no push.
images() {
  built; init
  scripts/terraform.sh apply -target=aws_ecr_repository.image -target=aws_ecr_repository_policy.image "$@"
  architecture=$(scripts/terraform.sh output -raw task_architecture)
  urls=$(scripts/terraform.sh output -json repository_urls)
  for image in media office; do
    url=$(node -p "($urls).$image"); tag=$(node -p "require('./dist/images.json').$architecture?.$image ?? ''")
    [ -n "$tag" ] || { echo "Expected a tag of $image for $architecture in dist/images.json: run make build ARCHITECTURES=$architecture first." >&2; exit 1; }
    region=$(cut -d. -f4 <<<"$url"); name=${url#*/}
    if aws ecr describe-images --region "$region" --repository-name "$name" --image-ids "imageTag=$tag" >/dev/null 2>&1; then
      echo "$url:$tag already exists"; continue
    fi
    aws ecr get-login-password --region "$region" | docker login --username AWS --password-stdin "${url%%/*}"
    docker buildx build --platform "linux/${architecture/x86_64/amd64}" --provenance=false --tag "$url:$tag" --push "dist/images/$architecture/$image"
  done
}

case $step in
  bootstrap) bootstrap "$@" ;;
  images) images "$@" ;;
  plan) built; init; scripts/terraform.sh plan "$@" ;;
  deploy) built; init; scripts/terraform.sh apply "$@" ;;
  destroy) built; init; scripts/terraform.sh destroy "$@" ;;
  *) echo "Expected bootstrap, images, plan, deploy or destroy, got $step" >&2; exit 2 ;;
esac
