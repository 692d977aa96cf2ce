# Shortcuts for tools/workshop.py, which needs nothing but a Python 3.11 or newer:
#   make test ARGS="-k solvers"      make demo PYTHON=python3.12
PYTHON ?= python3
WORKSHOP = $(PYTHON) tools/workshop.py

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup demo test check gallery claims published bench lock ci clean

help:     ## List the targets
	@sed -n 's/^\([a-z]*\): *##/make \1\t/p' Makefile | expand -t 16
setup:    ## Make .venv and install the project and what it needs (the other targets do it too)
	@$(WORKSHOP) setup
demo:     ## Run the two-plus-three scenario
	@$(WORKSHOP) demo $(ARGS)
test:     ## Run the fast tests; ARGS go to pytest
	@$(WORKSHOP) test $(ARGS)
check:    ## Lint, formatting, types and the import rules
	@$(WORKSHOP) check
gallery:  ## Regenerate the committed reports/gallery
	@$(WORKSHOP) gallery
claims:   ## Verify the catalogue of claims and renew scenarios/claims/README.md
	@$(WORKSHOP) claims
published: ## Run the published games and renew scenarios/published/README.md
	@$(WORKSHOP) published
bench:    ## Measure speed and renew benchmarks/README.md; ARGS=--competitors measures other solvers too
	@$(WORKSHOP) bench $(ARGS)
lock:     ## Renew requirements.lock; ARGS go to uv, e.g. ARGS=--upgrade
	@$(WORKSHOP) lock $(ARGS)
ci:       ## What CI runs after the tests
	@$(WORKSHOP) ci
clean:    ## Remove .venv, caches and build output
	@$(WORKSHOP) clean
