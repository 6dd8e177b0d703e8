# One command each. PYTHON=… and PORT=… may be given.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
PORT ?= 8000
BIN := .venv/bin

.PHONY: setup run test check bench messages lock clean

setup: .venv/.base

run: setup
	@$(BIN)/yishi serve --port $(PORT) --demo --worker

test: .venv/.dev
	$(BIN)/pytest -n auto --dist loadgroup

check: .venv/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m services.i18n check

bench: .venv/.dev
	$(BIN)/python -m tests.bench

messages: .venv/.dev
	$(BIN)/python -m services.i18n extract

lock: .venv/.dev
	cd requirements && ./lock

clean:
	rm -rf .venv build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed (set PYTHON=/path/to/python3)."; exit 2; }
	$(PYTHON) -m venv .venv

.venv/.base: requirements/base.lock pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/base.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev: requirements/dev.lock .venv/.base
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.lock
	@touch $@
