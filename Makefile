# Videre. Needs make and Python 3.11 with pip; everything else is set up in .venv on first use.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
# Bytecode is kept, also where the environment says otherwise: a start costs a fifth less of a core,
# and the tests start a hundred processes.
export PYTHONDONTWRITEBYTECODE :=
DISTS := protos common exports client cli orchestrator services/visual services/ocr services/asr services/audio services/production

.PHONY: help setup demo up test check audit gen lock bench image images push sbom torch-asr torch-nemo torch-visual torch-ocr protos-dist clean

help: ## Show this list
	@grep -hE '^[a-z -]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z -]+):[^#]*## /\1\t/' | expand -t 14

setup: $(VENV)/.ready ## Set up .venv from the locks

$(VENV)/.ready: locks/dev.txt $(addsuffix /pyproject.toml,$(DISTS)) scripts/setup.sh
	@scripts/setup.sh "$(PYTHON)" "$(VENV)" $(DISTS)
	@touch $@

demo: setup ## Start everything, analyse the sample, show what was found
	@$(BIN)/videre demo

up: setup ## Start all services on this machine
	@$(BIN)/videre up

# A worker more than cores, for a fifth of its time a worker waits; at most five, for each may have a
# whole suite running. Files stay whole and in order (the long ones, which run the suite, come first).
# VIDERE_TESTS=all runs the long ones too.
test: setup ## Run the tests
	@$(BIN)/pytest -n $$(($$(getconf _NPROCESSORS_ONLN) + 1)) --maxprocesses 5 --dist loadfile --no-loadscope-reorder

check: setup ## Lint, types, contracts, protos
	@scripts/check.sh

audit: setup ## Every locked distribution and model has a licence that may be used
	@$(BIN)/python scripts/audit.py

gen: ## Generate the Python code of the protos and docs/errors.md
	@scripts/gen.sh "$(PYTHON)"

lock: ## Write the locks anew; UPGRADE=1 takes newer versions
	@scripts/lock.sh "$(PYTHON)" $(if $(UPGRADE),--upgrade)

bench: setup ## Measure: make bench NAME=accuracy, NAME=list for the names
	@$(BIN)/python -m bench $(or $(NAME),list)

image images: setup ## Build and try an image without a daemon: make image SERVICE=asr, all without it
	@$(BIN)/python scripts/images.py build $(SERVICE)

push: setup ## Push what was built, and name it in the overlays: make images push REGISTRY=…
	@$(BIN)/python scripts/images.py push "$(or $(REGISTRY),$(error name a REGISTRY))" $(SERVICE)

sbom: ## Write what each process is made of, as CycloneDX, from its locks
	@scripts/sbom.sh "$(PYTHON)"

torch-asr: ## An environment of the speech service with its engines of torch
	@scripts/torch.sh "$(PYTHON)" asr

torch-nemo: ## The same with NeMo, for checkpoints of recognisers
	@scripts/torch.sh "$(PYTHON)" asr nemo

torch-visual: ## An environment of the visual service with its engines of torch; MMCV_OPS=1 compiles mmcv
	@scripts/torch.sh "$(PYTHON)" visual

torch-ocr: ## An environment of the OCR service with its engines of torch; MMCV_OPS=1 compiles mmcv
	@scripts/torch.sh "$(PYTHON)" ocr

protos-dist: ## Pack the protos, their descriptor set and how to generate clients
	@scripts/protos_dist.sh "$(PYTHON)"

clean: ## Remove what was built
	rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
