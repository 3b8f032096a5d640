# Two commands on a fresh machine: `make run` and `make test`. `make help` lists the rest.
PYTHON ?= $(or $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; \
	done),$(error Python 3.11 or newer is needed: install one, or name it: make PYTHON=/path/to/python3.12 …))
UV ?= uv
VENV_PYTHON := .venv/bin/python
POSTS ?=
SPEED ?=
PYTEST_ARGS ?=
TEST_PROCESSES ?= auto
N ?= 300
SEED ?= 1
DATABASE ?= postgresql
SCENARIO ?= faults

.DEFAULT_GOAL := help
.PHONY: help run practice test faults lint bench bench-suggest screens lock clean

help: ## Show what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-13s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

run: ## Start the desk here: POSTS=file.jsonl replays posts, SPEED=60 at sixty times their pace
	@$(PYTHON) tools/setup.py run
	@$(VENV_PYTHON) -m support.local run --with-parent $(if $(POSTS),--posts "$(POSTS)") $(if $(SPEED),--speed "$(SPEED)")

practice: ## Start a second desk to practise on, with its own data; nothing reaches X
	@$(PYTHON) tools/setup.py run
	@$(VENV_PYTHON) -m support.local run --practice --with-parent

# Compiled modules are kept whatever the environment says: the tests start many processes.
test: ## Run every test; PYTEST_ARGS="tests/sla -k holiday" for some of them
	@$(PYTHON) tools/setup.py dev
	@PYTHONDONTWRITEBYTECODE= $(VENV_PYTHON) -m pytest -n $(TEST_PROCESSES) $(PYTEST_ARGS)

faults: ## Break everything while replies are sent: N=10000, SEED=7, DATABASE=sqlite, SCENARIO=outage
	@$(PYTHON) tools/setup.py dev
	@$(VENV_PYTHON) -m tests.faults --scenario $(SCENARIO) --replies $(N) --seed $(SEED) --database $(DATABASE)

lint: ## Check style, types and templates
	@$(PYTHON) tools/setup.py dev
	@$(VENV_PYTHON) -m ruff check .
	@$(VENV_PYTHON) -m mypy
	@$(VENV_PYTHON) -m djlint templates --lint --quiet

bench: ## Measure what the performance goals are judged by; prints JSON lines
	@$(PYTHON) tools/setup.py dev
	@$(VENV_PYTHON) -m bench

bench-suggest: ## Measure suggestions alone: speed beside naive rapidfuzz, and quality on data sets
	@$(PYTHON) tools/setup.py dev
	@$(VENV_PYTHON) -m bench suggestions

screens: ## Take pictures of every page in light, dark and on a phone, into build/screens
	@$(PYTHON) tools/setup.py dev
	@$(VENV_PYTHON) -m tests.browser.screens build/screens

lock: ## Write requirements*.txt anew from the .in files (needs uv)
	@$(PYTHON) tools/lock.py $(UV)

clean: ## Remove what was built: .venv and caches. Data stays
	rm -rf .venv .venv.lock .pytest_cache .mypy_cache .ruff_cache .hypothesis build
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
