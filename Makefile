# Every target prepares .venv first, so that a fresh checkout needs no step before it.

PYTHON ?= python3
BIN := .venv/bin
FOR :=

.DEFAULT_GOAL := help
.PHONY: help setup run stack test lint format bench load soak lock

help: ## List what can be made
	@sed -n 's/^\([a-z]*\):.*## /  make \1	/p' $(MAKEFILE_LIST) | expand -t 16

setup: ## Prepare .venv, and nothing else
	@$(PYTHON) scripts/bootstrap.py $(FOR)

run: export DEMO ?= 1
run: FOR = --for run
run: setup ## Start Plumbline with its example on 127.0.0.1 (PORT=8000, DATA_DIR=.data)
	@$(BIN)/python manage.py run

stack: export DEMO ?= 1
stack: setup ## Start two webs, two workers and PostgreSQL on 127.0.0.1 (PORT=8000), as Docker Compose would
	@$(BIN)/python scripts/stack.py

test: FOR = --for test
test: setup ## Run the tests on SQLite and on PostgreSQL (ARGS="-k scorecard" goes to pytest)
	@$(BIN)/python scripts/test.py $(ARGS)

lint: setup ## Check style, types, templates, migrations and the production settings
	@$(BIN)/python scripts/lint.py

format: setup ## Bring code and templates into shape
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format --quiet .
	@$(BIN)/djlint --reformat --quiet templates

bench: setup ## Measure pages on both databases beside each other, PDF and months, then what `make load` does
	@$(BIN)/python scripts/bench.py $(ARGS)
	@$(BIN)/python scripts/load.py

load: setup ## Find the highest rate at which 300 people can read and save, on PostgreSQL and on SQLite
	@$(BIN)/python scripts/load.py $(ARGS)

soak: setup ## Race savers against a closing a thousand times, and 32 of them through 10,000 saves, on both databases
	@ROUNDS=1000 $(BIN)/python scripts/test.py tests/programmes/test_race.py -rP $(ARGS)
	@SAVES=10000 CLIENTS=32 $(BIN)/python scripts/test.py tests/programmes/rows/test_contest.py -rP -k accepted $(ARGS)

# From the public index whatever this machine is set to, so that the hashes cover every platform.
LOCK = env -u UV_INDEX -u UV_DEFAULT_INDEX -u UV_INDEX_URL -u UV_EXTRA_INDEX_URL -u UV_FIND_LINKS $(BIN)/uv pip compile \
	--quiet --no-config --universal --python-version 3.12 --generate-hashes --no-annotate \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" pyproject.toml

lock: setup ## Renew requirements/ from pyproject.toml (ARGS=--upgrade for newer versions)
	@$(LOCK) $(ARGS) --group dev --output-file requirements/dev.txt
	@$(LOCK) --constraint requirements/dev.txt --output-file requirements/app.txt
