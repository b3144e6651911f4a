# Every target sets itself up: a fresh Debian machine with Python 3.11, git and make is enough.
PY      ?= python3
VENV    := .venv
BIN     := $(VENV)/bin
STAMP   := $(VENV)/.made

# Compiled modules are kept, whatever the shell says: without them each start of the program takes half as long again.
unexport PYTHONDONTWRITEBYTECODE
DEMO    := .demo

.PHONY: help dev demo serve test lint format messages corpus service browser slow bench audit docs lock clean

help:            ## say what can be made
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

dev: $(STAMP)    ## make .venv with .venv/bin/leadglass

$(STAMP): pyproject.toml requirements/dev.lock
	@sh .ci/venv "$(PY)" "$(VENV)"
	@touch $@

demo: $(STAMP)   ## read demo/, print the ranked actions, write the report
	@sh demo/run $(BIN) $(DEMO)

PORT    := 8000

serve: $(STAMP)  ## the demo in a browser; PORT=8080 for another port
	@test -e $(DEMO)/report.html || { echo "Reading the demo first."; sh demo/run $(BIN) $(DEMO) >/dev/null; }
	@$(BIN)/leadglass --home $(DEMO) serve --port $(PORT)

test: $(STAMP)   ## the fast tests
	@$(BIN)/python -m pytest -n auto --dist worksteal

lint: $(STAMP)   ## format, lint, types, contracts, docstrings, dangers, spelling
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/interrogate -q src
	$(BIN)/bandit -q -r -c pyproject.toml src
	$(BIN)/codespell README.md CHANGELOG.md CONTRIBUTING.md SECURITY.md docs src tests demo/README.md

format: $(STAMP) ## let ruff write
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

ORACLES := tests/oracles/node_modules/.made

$(ORACLES): tests/oracles/package-lock.json
	@command -v npm >/dev/null || { echo "npm is not here: tests that ask its validators are skipped"; exit 0; }; \
	npm ci --prefix tests/oracles --ignore-scripts --no-audit --no-fund --silent && touch $@

corpus: $(STAMP) $(ORACLES) ## tests on the public documents in ../shared/data
	@$(BIN)/python -m pytest -n auto --dist worksteal -m corpus
	@$(BIN)/python docs/corpus.py

# Spark is large, and its package is built where it is installed: it comes when its tests are asked for
SPARK := $(VENV)/.spark

$(SPARK): $(STAMP) requirements/spark.lock
	@command -v java >/dev/null || { echo "Java is not here: the tests on Spark are skipped"; exit 0; }; \
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-build-isolation --require-hashes -r requirements/spark.lock && touch $@

service: $(STAMP) $(SPARK) ## tests against servers that they start (PostgreSQL, Spark)
	@$(BIN)/python -m pytest -n auto --dist loadfile -m service

browser: $(STAMP) $(ORACLES) ## tests in Chromium
	@$(BIN)/python -m pytest -m browser

slow: $(STAMP)   ## kill tests and long laws
	@$(BIN)/python -m pytest -n auto --dist worksteal --timeout 1800 -m slow

bench: $(STAMP)  ## every figure of bench/README.md
	@for b in bench/*.py; do echo "== $$b"; $(BIN)/python $$b || exit 1; done

AUDIT := $(VENV)/audit

$(AUDIT)/.made: requirements/audit.lock | $(STAMP)
	@$(BIN)/python -m venv $(AUDIT)
	@$(AUDIT)/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/audit.lock && touch $@

audit: $(AUDIT)/.made ## hold what the locks name against what is known of it
	@$(AUDIT)/bin/python .ci/audit.py requirements/run.lock requirements/dev.lock requirements/spark.lock requirements/audit.lock

docs: $(STAMP)   ## make again the parts of the docs that are made from code
	@$(BIN)/python docs/make.py

LANGUAGE := de

messages: $(STAMP) ## write and compile the catalogue of a language: make messages LANGUAGE=de
	@$(BIN)/python docs/messages.py $(LANGUAGE)

lock:            ## resolve the dependencies again (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --extra postgres --extra check --extra feeds --extra sso --extra saml -o requirements/run.lock pyproject.toml
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --extra postgres --extra check --extra feeds --extra sso --extra saml --group dev -o requirements/dev.lock pyproject.toml
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --constraint requirements/dev.lock --extra spark -o requirements/spark.lock pyproject.toml
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --group pyproject.toml:audit -o requirements/audit.lock

clean:           ## remove what was made
	rm -rf $(VENV) $(DEMO) build dist src/*.egg-info .mypy_cache .ruff_cache .pytest_cache
