# Every target works in a fresh clone with python3, pip and make: what is missing is installed into .venv first.

.DEFAULT_GOAL := help
.PHONY: run test slow lint bench help

# The first python3 that runs. In a folder with .python-version, pyenv's may exist and refuse to.
PYTHON = $(shell for p in python3 /usr/local/bin/python3 /opt/homebrew/bin/python3 /usr/bin/python3 \
	$${PYENV_ROOT:-$$HOME/.pyenv}/versions/3.*/bin/python3; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 8))' >/dev/null 2>&1 && echo "$$p" && break; done)
BOOTSTRAP = @test -n "$(PYTHON)" || { echo "No python3 (3.8 or later) that runs was found. Install one first."; exit 1; }; \
	"$(PYTHON)" .ci/bootstrap.py

VENV := .venv/bin/python
# The matrices of the tests are small: one thread each is faster than two that wait for each other, and the
# order of sums, so the last digits, no longer depend on the number of cores.
ONE_THREAD := OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 MKL_NUM_THREADS=1
ARGS ?=

run: ## Install what is missing and open the app on the sample panel (ARGS="--port 8600")
	$(BOOTSTRAP)
	@exec $(VENV) -m dashboard $(ARGS)

# Two processes share the tests; those that drive the browser come after, two browsers with a server each.
test: lint ## Install everything, check style and types, run the tests (ARGS="tests/core -k table")
	@$(ONE_THREAD) $(VENV) -m pytest -m "not slow and not e2e" -n 2 --dist loadfile $(ARGS)
	@$(if $(ARGS),,$(ONE_THREAD) $(VENV) -m pytest -m "e2e and not slow" -n 2 --dist loadfile || \
		{ echo "What failed in the browser runs once more: a busy machine can outlast a test's patience."; \
		  $(ONE_THREAD) $(VENV) -m pytest -m "e2e and not slow" --last-failed --last-failed-no-failures none; })

slow: ## Run the recovery and calibration tests (some 25 minutes)
	$(BOOTSTRAP) --dev
	@$(ONE_THREAD) $(VENV) -m pytest -m "slow and not e2e" -n 2 --dist loadfile $(ARGS)
	@$(if $(ARGS),,$(ONE_THREAD) $(VENV) -m pytest -m "slow and e2e")

lint: ## Check style (ruff) and types (mypy) without running anything
	$(BOOTSTRAP) --dev
	@$(VENV) -m ruff check --quiet
	@$(VENV) -m ruff format --check --quiet
	@$(VENV) -m mypy

bench: ## Print speed and accuracy beside other packages
	$(BOOTSTRAP) --dev
	@OPENBLAS_NUM_THREADS=1 $(VENV) -m benchmarks $(ARGS)

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "make %-6s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
