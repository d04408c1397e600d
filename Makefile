SHELL := /bin/bash
.DEFAULT_GOAL := help
# npm scripts put node_modules/.bin first on the PATH, so the code runs on the Node version that package.json pins.
RUN := npm run --silent
APT := $(if $(filter 0,$(shell id -u)),,sudo) apt-get
OFFICE := libreoffice-writer-nogui libreoffice-calc-nogui libreoffice-impress-nogui libreoffice-math-nogui
OFFICE_PROGRAM := /usr/lib/libreoffice/program
# $(call install,PROGRAM,PACKAGES): installs the packages with apt if the program is missing.
install = command -v $(1) >/dev/null || { echo "Installing $(2) …"; $(APT) update -qq && DEBIAN_FRONTEND=noninteractive $(APT) install -y -qq --no-install-recommends $(2) >/dev/null; }

.PHONY: help demo start stop corpus test proofs check format build bootstrap images plan deploy destroy bench clean .ffmpeg .office .fonts .tools

help: ## List the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: node_modules .ffmpeg .office ## Process sample files, or FILES="a.jpg b.png", on this machine; outputs go to out/
	@$(RUN) cli -- demo $(FILES)

start: node_modules .ffmpeg .office ## Run the local cloud, the job API and the console, and print their addresses: PORTS=free
	@$(RUN) cli -- start $(if $(PORTS),--ports $(PORTS))

stop: node_modules ## Stop the local cloud that make start runs
	@$(RUN) cli -- stop

corpus: node_modules .ffmpeg .office ## Process every file under DIR=… and count the outcomes
	@$(RUN) cli -- corpus "$(DIR)"

test: node_modules .tools ## Run check and all tests
	@$(RUN) check
	@$(RUN) test

proofs: node_modules .tools ## Run what is left of the proofs at full size (hours): ONLY=29 FRESH=1 SIZE=1000 SEED=1
	@$(RUN) proofs

check: node_modules ## Check format, lint, types, import rules and dead code
	@$(RUN) check

format: node_modules ## Format the sources
	@$(RUN) format

bench: node_modules .tools ## Benchmark against other tools (takes minutes; use an idle machine)
	@for kind in images video audio documents small-files; do $(RUN) bench -- bench/$$kind/bench.ts || exit 1; done

build: node_modules .fonts ## Build the Lambda packages, task programs and the console for AWS
	@$(RUN) build -- $(ARCHITECTURES) && $(RUN) check:packages

bootstrap: ## Create the S3 bucket for Terraform's state
	@scripts/deploy.sh bootstrap $(ARGS)

images: ## Build and push the container images (needs Docker buildx and the AWS CLI)
	@scripts/deploy.sh images $(ARGS)

plan: ## Show the Terraform plan (after make build)
	@scripts/deploy.sh plan $(ARGS)

deploy: ## Deploy to AWS (after make build); first deployment: docs/deployment.md
	@scripts/deploy.sh deploy $(ARGS)

destroy: ## Destroy the deployment on AWS
	@scripts/deploy.sh destroy $(ARGS)

clean: ## Remove everything the other targets created
	rm -rf node_modules dist out .local

node_modules: package-lock.json
	npm ci --no-fund --no-audit --loglevel=error
	@touch node_modules

.ffmpeg:
	@$(call install,ffprobe,ffmpeg)

# Optional for the demo and the local cloud: without LibreOffice, Office documents fail with a message that says so. Debian splits
# LibreOffice into packages; without Math, equations are missing.
.office:
	@$(call install,soffice,$(OFFICE)) || echo "LibreOffice could not be installed: Office documents will not be converted."
	@test ! -d $(OFFICE_PROGRAM) -o -e $(OFFICE_PROGRAM)/libsmlo.so || { $(APT) update -qq && $(APT) install -y -qq --no-install-recommends libreoffice-math-nogui >/dev/null; } || echo "LibreOffice Math could not be installed: equations will be missing."

.fonts:
	@test -e /usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf || { $(APT) update -qq && $(APT) install -y -qq --no-install-recommends fonts-droid-fallback >/dev/null; }

.tools: .ffmpeg .office
	@$(call install,pdftotext,poppler-utils)
	@$(call install,faketime,faketime)
	@$(call install,chromium,chromium)
