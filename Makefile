# Two commands matter: `make run` serves the dashboard, `make test` checks everything. Needs Python 3.11 or newer, git and make.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

# The Python that makes the virtual environment: python3.11, else a python3 that is new enough. Or say PYTHON=/path/to/python.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# How many test processes run at once.
WORKERS ?= 2

.PHONY: help run test prove bench load soak check sbom audit format lock demo

help:  ## What can be asked for
	@sed -nE 's/^([a-z]+):.*## (.*)/  make \1\t\2/p' Makefile | expand -t 16

run: $(VENV)/installed  ## Serve the dashboard with the demo clinic at http://localhost:8501
	@# A clinic's own store, named by DATABASE_URL, is served as it is.
	@test -n "$${DATABASE_URL:-}" || $(BIN)/python -m lib demo --load
	exec env MALLOC_ARENA_MAX=2 $(BIN)/python -m streamlit run dashboard.py

test: $(VENV)/installed-dev  ## Check everything: formatter, linter, types, tests and browser journeys
	@bash tests/setup_chromium.sh
	@bash tests/postgresql.sh find >/dev/null
	@$(MAKE) check
	$(BIN)/python -m pytest -n $(WORKERS)

prove: export PROVE = 1
prove: test  ## The same with every battery at full counts, and the store's and the services' tests in PostgreSQL too
	TESTS_STORE=postgresql $(BIN)/python -m pytest -n $(WORKERS) tests/store tests/services

bench: $(VENV)/installed-dev  ## How long pages, the screen beside Dash, Panel, Shiny and Datasette, status beside DuckDB, Polars and pandas, and 1,000,000 rows in and out take
	@bash tests/setup_chromium.sh
	PYTHONPATH=.:tests:tests/bench:tests/browser:tests/clinical $(BIN)/python tests/bench/patient_page.py
	PYTHONPATH=.:tests:tests/bench:tests/browser:tests/clinical $(BIN)/python tests/bench/pages.py
	PYTHONPATH=.:tests:tests/bench:tests/browser:tests/clinical $(BIN)/python tests/bench/browser.py
	PYTHONPATH=.:tests/bench $(BIN)/python tests/bench/kernel.py
	$(BIN)/python tests/bench/import_files.py
	PYTHONPATH=.:tests/bench $(BIN)/python tests/bench/incremental_import.py
	PYTHONPATH=.:tests/bench $(BIN)/python tests/bench/export_records.py

load: $(VENV)/installed-dev  ## 20 and 50 clinicians at work on 100,000 patients: what they wait for, and the server's memory
	PYTHONPATH=.:tests:tests/bench:tests/browser:tests/clinical $(BIN)/python tests/bench/load.py

soak: $(VENV)/installed-dev  ## 20 visitors and an import a minute for half an hour: memory, open files, logs, errors
	PYTHONPATH=.:tests:tests/bench:tests/browser:tests/clinical $(BIN)/python tests/bench/soak.py

check: $(VENV)/installed-dev  ## Formatter, linter, types, unsafe calls, and secrets left in a file
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	@$(MAKE) $(VENV)/scanned

# Only what was changed since the last look: all of it takes 20 s. Rules of our own are in tests/test_safe_code.py.
TRACKED := $(wildcard $(shell git ls-files))
CODE = $(filter lib/%.py pages/%.py dashboard.py,$?)
$(VENV)/scanned: $(TRACKED)
	@$(if $(CODE),$(BIN)/bandit --quiet --configfile pyproject.toml $(CODE))
	@$(BIN)/detect-secrets-hook --baseline tests/supply/secrets.json $?
	@echo "$(words $?) files looked through for unsafe calls and secrets"
	@touch $@

sbom: $(VENV)/installed-dev  ## What the product is made of, and under which licences: build/sbom.json, build/licences.csv
	@mkdir -p build
	$(BIN)/cyclonedx-py requirements requirements.txt --pyproject pyproject.toml --output-reproducible --output-file build/sbom.json
	$(BIN)/pip-licenses --from=mixed --format=csv --partial-match --fail-on="AGPL;Affero" --output-file build/licences.csv \
		--packages $$(sed -nE 's/^([A-Za-z0-9._-]+)==.*/\1/p' requirements.txt)

audit: $(VENV)/installed-dev  ## Whether anything that is installed is known to be vulnerable. It asks the network
	$(BIN)/python tests/supply/known_vulnerabilities.py requirements.txt requirements-cluster.txt requirements-dev.txt

format: $(VENV)/installed-dev  ## Format the code, and mend what the linter can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

demo: $(VENV)/installed  ## Write the demo clinic's files, data/demo/*.csv
	$(BIN)/python -m lib demo

# Every version with the digests of its files, for each system and Python that they are for, and without any index's address: the files
# mean the same everywhere, and an installation takes nothing else. UPGRADE="--upgrade" takes newer versions.
UPGRADE ?=
LOCK = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header $(UPGRADE)
lock: $(VENV)/installed-dev  ## Pin the requirements again: requirements.in -> requirements.txt, and the same for -cluster and -dev
	$(LOCK) --output-file requirements.txt requirements.in
	$(LOCK) --output-file requirements-cluster.txt requirements-cluster.in
	$(LOCK) --output-file requirements-dev.txt requirements-dev.in

# Stamps: a second call installs nothing, a changed requirements file installs again.
$(VENV)/made:
	@test -n "$(PYTHON)" || { echo "No python3 found. Install Python 3.11 or newer (Debian: apt-get install python3 python3-venv)."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$(PYTHON) is older than Python 3.11. Name a newer one: make PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) cannot make a virtual environment. On Debian: apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/installed: requirements.txt $(VENV)/made
	$(PIP) install --require-hashes --requirement requirements.txt
	@touch $@

$(VENV)/installed-dev: requirements-dev.txt $(VENV)/installed
	$(PIP) install --require-hashes --requirement requirements-dev.txt
	@touch $@
