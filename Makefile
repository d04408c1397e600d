SHELL := /bin/bash
.DEFAULT_GOAL := help
# npm scripts find node_modules/.bin first, so the code always runs on the Node version that package.json pins, whatever the machine has.
APT := $(if $(filter 0,$(shell id -u)),,sudo) apt-get

.PHONY: help demo start test check format clean

help: ## List the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: node_modules .ffmpeg ## Process a sample set on this machine, or FILES="a.jpg b.png" of yours; outputs in out/
	@npm run --silent cli -- demo $(FILES)

start: node_modules .ffmpeg ## Keep the local cloud running and print its endpoints
	@npm run --silent cli -- start

test: node_modules .ffmpeg ## Format, lint, types and every test
	@npm run --silent check
	@npm run --silent test

check: node_modules ## Format, lint and types only
	@npm run --silent check

format: node_modules ## Format the sources
	@npm run --silent format

clean: ## Remove what the other targets made
	rm -rf node_modules dist out .local

node_modules: package-lock.json
	npm ci --no-fund --no-audit --loglevel=error
	@touch node_modules

.PHONY: .ffmpeg
.ffmpeg:
	@command -v ffmpeg >/dev/null && command -v ffprobe >/dev/null || { $(APT) update -qq && $(APT) install -y -qq --no-install-recommends ffmpeg >/dev/null; }
