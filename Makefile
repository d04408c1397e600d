SHELL := /bin/bash
.DEFAULT_GOAL := help
# npm scripts find node_modules/.bin first, so the code always runs on the Node version that package.json pins, whatever the machine has.
RUN := npm run --silent
APT := $(if $(filter 0,$(shell id -u)),,sudo) apt-get
OFFICE := libreoffice-writer-nogui libreoffice-calc-nogui libreoffice-impress-nogui libreoffice-math-nogui
OFFICE_PROGRAM := /usr/lib/libreoffice/program
# $(call install,PROGRAM,PACKAGES): from apt, where the program is missing.
install = command -v $(1) >/dev/null || { echo "Installing $(2) …"; $(APT) update -qq && DEBIAN_FRONTEND=noninteractive $(APT) install -y -qq --no-install-recommends $(2) >/dev/null; }

.PHONY: help demo start corpus test check format build bootstrap images plan deploy destroy bench clean .ffmpeg .office .fonts .tools

help: ## List the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: node_modules .ffmpeg .office ## Process a sample set on this machine, or FILES="a.jpg b.png" of yours; outputs in out/
	@$(RUN) cli -- demo $(FILES)

start: node_modules .ffmpeg .office ## Keep the local cloud, the job API and the console running, and print where
	@$(RUN) cli -- start

corpus: node_modules .ffmpeg .office ## Send every file below DIR=… through the pipeline and count what became of them
	@$(RUN) cli -- corpus "$(DIR)"

test: node_modules .tools ## What check runs, and every test
	@$(RUN) check
	@$(RUN) test

check: node_modules ## Format, lint, types, who imports whom, dead code
	@$(RUN) check

format: node_modules ## Format the sources
	@$(RUN) format

bench: node_modules .tools ## Measure against named peers (minutes; on a quiet machine)
	@for kind in images video audio documents; do $(RUN) bench -- bench/$$kind/bench.ts || exit 1; done

build: node_modules .fonts ## Bundle and package the functions, task programs and the console for AWS
	@$(RUN) build -- $(ARCHITECTURES) && $(RUN) check:packages

bootstrap: ## Make the bucket for Terraform's remote state
	@scripts/deploy.sh bootstrap $(ARGS)

images: ## Build and push the containers (needs Docker buildx and the AWS CLI)
	@scripts/deploy.sh images $(ARGS)

plan: ## Show what a deployment would change (after make build)
	@scripts/deploy.sh plan $(ARGS)

deploy: ## Deploy to AWS (after make build); docs/deployment.md has the order for the first time
	@scripts/deploy.sh deploy $(ARGS)

destroy: ## Remove the deployment from AWS
	@scripts/deploy.sh destroy $(ARGS)

clean: ## Remove what the other targets made
	rm -rf node_modules dist out .local

node_modules: package-lock.json
	npm ci --no-fund --no-audit --loglevel=error
	@touch node_modules

.ffmpeg:
	@$(call install,ffprobe,ffmpeg)

# The demo and the local cloud do without it: Office documents then fail with a message that says what is missing. Debian's LibreOffice comes
# in parts, and one without Math leaves equations out.
.office:
	@$(call install,soffice,$(OFFICE)) || echo "LibreOffice could not be installed: Office documents will not be converted."
	@test ! -d $(OFFICE_PROGRAM) -o -e $(OFFICE_PROGRAM)/libsmlo.so || { $(APT) update -qq && $(APT) install -y -qq --no-install-recommends libreoffice-math-nogui >/dev/null; } || echo "LibreOffice Math could not be installed: equations will be missing."

.fonts:
	@test -e /usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf || { $(APT) update -qq && $(APT) install -y -qq --no-install-recommends fonts-droid-fallback >/dev/null; }

.tools: .ffmpeg .office
	@$(call install,pdftotext,poppler-utils)
	@$(call install,chromium,chromium)
