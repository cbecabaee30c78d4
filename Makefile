# Two commands do everything: `make run` and `make test`. The rest is for those who work on Hearback.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
MANAGE := $(BIN)/python manage.py

.PHONY: run test check bench trial lock messages clean

# The environment is made again whenever a lock file changes.
$(VENV)/run: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Hearback needs Python 3.11 or newer: make run PYTHON=python3.12")'
	@test -d $(VENV) || $(PYTHON) -m venv $(VENV)
	@echo "Installing what Hearback is built from, once…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(VENV)/dev: $(VENV)/run requirements-dev.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

CATALOGUES := $(wildcard locale/*/LC_MESSAGES/django.po)
$(VENV)/catalogues: $(VENV)/run $(CATALOGUES)
	@$(BIN)/pybabel --quiet compile --directory locale --domain django
	@touch $@

run: $(VENV)/catalogues
	@exec $(MANAGE) serve $$([ "$${HEARBACK_DEMO:-1}" = 0 ] || echo --demo)

test: $(VENV)/dev $(VENV)/catalogues
	@$(BIN)/python tests/needs.py
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not quiet"
	@$(BIN)/python -m pytest -m quiet

check: $(VENV)/dev $(VENV)/catalogues
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/djlint --quiet --lint templates
	@$(BIN)/mypy --no-error-summary manage.py config community roadmap surveys
	@$(MANAGE) check --fail-level WARNING
	@$(MANAGE) makemigrations --check --dry-run --verbosity 0
	@$(BIN)/python -m pytest -m house -n 2 --dist loadfile

bench: $(VENV)/dev $(VENV)/catalogues
	@$(BIN)/python -m bench
	@$(BIN)/python -m bench.search
	@$(BIN)/python -m bench.recall
	@$(BIN)/python -m bench.ideas
	@$(BIN)/python -m bench.surveys
	@$(BIN)/python -m bench.answering

trial: $(VENV)/dev $(VENV)/catalogues
	@$(BIN)/python -m bench.trial

# For those who change dependencies or words; needs uv and gettext.
lock:
	@uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --python-version 3.11 pyproject.toml --output-file requirements.lock
	@uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --python-version 3.11 --group dev --constraint requirements.lock pyproject.toml --output-file requirements-dev.lock

messages: $(VENV)/dev
	@$(MANAGE) makemessages --locale th --locale pl --locale ar --locale ko --no-wrap --no-location --no-obsolete --ignore .venv --ignore tests --ignore bench --ignore var

clean:
	rm -rf $(VENV) var
